"""The gate refuses what is surely worse, and publishes ties."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from training.config import Gate
from training.evaluation.result import (
    ContenderResult,
    Difference,
    Estimate,
    Evaluation,
    Role,
    SliceResult,
    TaskResult,
)
from training.gate import better_floor, judge

RULES = Gate()


def contender(name: str, role: Role, **metrics: float) -> ContenderResult:
    figures = {"coverage": 0.4, "gini": 0.8, "mean_price": 5.0} | metrics
    return ContenderResult(name, role, {f"{metric}@10": Estimate(value) for metric, value in figures.items()})


def difference(against: str, low: float | None, high: float | None, base: float = 0.2) -> Difference:
    return Difference(against, ((low or 0.0) + (high or 0.0)) / 2, low, high, base)


def task(name: str = "next_order", **changes: Any) -> TaskResult:
    """A tie with the current bundle, well above both floors."""
    tie = TaskResult(
        name=name,
        title="",
        headline="ndcg_whole@10",
        k=10,
        queries=500,
        customers=500,
        contenders=(
            contender("product", "product"),
            contender("current", "current"),
            contender("own_frequency", "floor"),
            contender("popularity", "floor"),
            contender("als", "method"),
        ),
        differences=(
            difference("current", -0.01, 0.01),
            difference("own_frequency", 0.01, 0.03),
            difference("popularity", 0.05, 0.07),
            difference("als", -0.04, -0.02),
        ),
        slices=(SliceResult("light customers", 200, Estimate(0.2), (difference("current", -0.02, 0.01),)),),
    )
    return replace(tie, **changes)


def verdict_on(*tasks: TaskResult) -> tuple[str, ...]:
    evaluation = Evaluation(protocol="", test_days=28, seed=0, bootstrap_rounds=1_000, tasks=tasks, headline={})
    return judge(evaluation, RULES, compared_with="v1").refusals


def test_a_tie_is_published() -> None:
    assert verdict_on(task(), task("cross_sell")) == ()


@pytest.mark.parametrize("name", ["next_order", "buy_again", "cross_sell", "up_sell"])
def test_a_sure_loss_against_the_current_bundle_is_refused_in_every_task(name: str) -> None:
    (refusal,) = verdict_on(task(name, differences=(difference("current", -0.02, -0.001),)))
    assert refusal == f"{name}: ndcg_whole@10 is surely below that of current: -5.2% (95 %: -10.0% to -0.5%)"


@pytest.mark.parametrize("floor", ["own_frequency", "popularity"])
def test_a_floor_that_is_surely_better_refuses(floor: str) -> None:
    (refusal,) = verdict_on(task(differences=(difference(floor, -0.02, -0.001),)))
    assert floor in refusal


def test_the_best_of_the_floors_that_are_surely_better_is_named() -> None:
    def floor(*differences: Difference, **changes: Any) -> str | None:
        tasks = (task("cross_sell", differences=(difference("popularity", -0.02, -0.001),)),)
        tasks += (task(differences=differences, **changes),)
        return better_floor(Evaluation("", 28, 0, 1_000, tasks, {}))

    lost = difference("popularity", -0.02, -0.001, 0.2), difference("own_frequency", -0.02, -0.001, 0.3)
    assert floor(*lost) == "own_frequency"
    assert floor(lost[0], difference("own_frequency", -0.02, 0.001)) == "popularity"
    assert floor(difference("current", -0.02, -0.001), difference("als", -0.02, -0.001)) is None
    assert floor(*lost, customers=49) is None
    assert better_floor(Evaluation("", 28, 0, 1_000, (), {})) is None


def test_floors_of_other_tasks_are_only_reported() -> None:
    assert verdict_on(task("cross_sell", differences=(difference("popularity", -0.02, -0.001),))) == ()


def test_a_single_method_that_is_better_does_not_refuse() -> None:
    assert verdict_on(task(differences=(difference("als", -0.02, -0.001),))) == ()


@pytest.mark.parametrize(("high", "refused"), [(-0.0061, True), (-0.0059, False)])
def test_a_slice_may_lose_three_percent(high: float, refused: bool) -> None:
    losing = SliceResult("light customers", 200, Estimate(0.2), (difference("current", -0.03, high),))
    assert bool(verdict_on(task(slices=(losing,)))) is refused


def test_a_slice_is_not_held_against_floors() -> None:
    losing = SliceResult("light customers", 200, Estimate(0.2), (difference("popularity", -0.03, -0.02),))
    assert verdict_on(task(slices=(losing,))) == ()


@pytest.mark.parametrize(
    ("figures", "refused"),
    [
        ({"coverage": 0.35}, True),
        ({"coverage": 0.37}, False),
        ({"coverage": 0.8}, False),
        ({"gini": 0.9}, True),
        ({"gini": 0.5}, False),
        ({"mean_price": 5.6}, True),
        ({"mean_price": 4.4}, True),
        ({"mean_price": 5.4}, False),
    ],
)
def test_a_drift_for_the_worse_is_refused(figures: dict[str, float], refused: bool) -> None:
    contenders = (contender("product", "product", **figures), contender("current", "current"))
    assert bool(verdict_on(task(contenders=contenders))) is refused


def test_a_sure_gain_excuses_a_drift_which_is_noted() -> None:
    contenders = (contender("product", "product", coverage=0.2), contender("current", "current"))
    gain = task(contenders=contenders, differences=(difference("current", 0.01, 0.02),))
    evaluation = Evaluation(protocol="", test_days=28, seed=0, bootstrap_rounds=1_000, tasks=(gain,), headline={})
    verdict = judge(evaluation, RULES, compared_with="v1")
    assert verdict.passed
    assert verdict.notes == ("next_order: coverage drifts by -50% from that of the current bundle",)


def test_a_first_bundle_is_held_against_floors_alone() -> None:
    first = task(contenders=(contender("product", "product"),), differences=(difference("popularity", 0.01, 0.02),))
    assert verdict_on(first) == ()


def test_a_loss_that_is_not_sure_is_published() -> None:
    assert verdict_on(task(differences=(difference("current", None, None), difference("popularity", -0.1, 0.0)))) == ()


def test_a_loss_from_nothing_has_no_percentage() -> None:
    (refusal,) = verdict_on(task(differences=(difference("current", -0.02, -0.01, base=0.0),)))
    assert refusal.endswith("current: -0.0150")


def test_a_shop_too_small_to_judge_is_published_with_a_note() -> None:
    tiny = task(customers=49, differences=(difference("current", -0.2, -0.1),))
    evaluation = Evaluation(protocol="", test_days=28, seed=0, bootstrap_rounds=1_000, tasks=(tiny,), headline={})
    verdict = judge(evaluation, RULES, compared_with=None, notes=("the first bundle",))
    assert verdict.passed
    assert verdict.notes[0] == "the first bundle"
    assert verdict.notes[1].startswith("too small to evaluate")
