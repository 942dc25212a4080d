"""Evaluations of a shop with planted habits: what must win does, and the same seed gives the same figures."""

from __future__ import annotations

import math

import pytest

from tests.training.evaluation.planted import CONFIG, evaluated
from training.evaluation.contenders import LINE_UPS
from training.evaluation.result import Difference, TaskResult

ROUNDING = 1e-9


def task(name: str, rival: str = "none") -> TaskResult:
    return next(each for each in evaluated(rival).tasks if each.name == name)


def difference(result: TaskResult, against: str) -> Difference:
    return next(each for each in result.differences if each.against == against)


def test_every_task_is_answered_by_the_product_and_its_floors() -> None:
    assert [each.name for each in evaluated().tasks] == list(LINE_UPS)
    for result in evaluated().tasks:
        assert result.product.name == "product"
        assert result.headline in result.product.metrics
        assert {each.name for each in result.contenders if each.role == "floor"}


@pytest.mark.parametrize(
    ("name", "floor"), [("next_order", "popularity"), ("discovery", "popularity"), ("cross_sell", "popularity")]
)
def test_planted_habits_are_found(name: str, floor: str) -> None:
    assert difference(task(name), floor).is_gain


def test_methods_that_were_not_learned_do_not_compete() -> None:
    assert "als" not in {each.name for each in task("discovery").contenders}


def test_every_mean_lies_in_its_interval() -> None:
    for result in evaluated().tasks:
        for contender in result.contenders:
            for name, found in contender.metrics.items():
                assert math.isfinite(found.value)
                if found.low is not None and found.high is not None:
                    assert found.low - ROUNDING <= found.value <= found.high + ROUNDING, (
                        result.name,
                        contender.name,
                        name,
                    )


def test_differences_are_those_of_the_means() -> None:
    for result in evaluated().tasks:
        means = {each.name: each.metrics[result.headline].value for each in result.contenders}
        for each in result.differences:
            assert each.value == pytest.approx(means["product"] - means[each.against])
            assert each.base == pytest.approx(means[each.against])


def test_the_next_order_is_sliced() -> None:
    slices = task("next_order").slices
    assert {part.name.split()[0] for part in slices} >= {"light", "heavy", "category"}
    assert all(part.customers >= CONFIG.gate.min_slice_customers for part in slices)
    assert not any(each.slices for each in evaluated().tasks if each.name != "next_order")


def test_a_current_recipe_that_learns_the_same_ties_exactly() -> None:
    for result in evaluated("same").tasks:
        tie = difference(result, "current")
        assert (tie.value, tie.low, tie.high) == (0.0, 0.0, 0.0)


def test_a_worse_current_recipe_is_beaten_in_its_slices_too() -> None:
    result = task("next_order", "poor")
    assert difference(result, "current").is_gain
    heavy = next(part for part in result.slices if part.name.startswith("heavy"))
    assert next(each for each in heavy.differences if each.against == "current").is_gain


def test_the_same_seed_gives_the_same_figures() -> None:
    first = evaluated()
    evaluated.cache_clear()
    assert evaluated() == first
