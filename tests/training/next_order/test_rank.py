"""The next order of every customer: learned on earlier ones, the same for a seed, and quiet where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from models.slots import Slots
from tests.engines import learned
from tests.training.evaluation.toys import Bought, toy
from tests.training.next_order.diary import FIRST_DAY, forgotten, small_shop
from training.dataset import Dataset
from training.memory import Memory
from training.next_order import NextOrder, NextOrderSettings
from training.next_order import rank as module
from training.next_order.purchases import Purchases
from training.next_order.snapshot import before_visit
from training.next_order.stage import Stage

QUICK = NextOrderSettings(trees=20, min_leaf_rows=5, snapshots=3, spacing_days=7.0, horizon_days=14.0, negatives=1.0)
DEPTH = 12


def ranked(dataset: Dataset, settings: NextOrderSettings = QUICK) -> Slots:
    return NextOrder(settings).fit(dataset).rank(DEPTH)["for_you"]


def check(dataset: Dataset, rows: Slots) -> None:
    """Distinct items, padded at the end, by descending finite scores."""
    assert rows.shape == (dataset.n_customers, DEPTH)
    filled = rows["item"] >= 0
    assert (np.diff(filled.astype(int), axis=1) <= 0).all()
    for row, mask in zip(rows, filled, strict=True):
        items, scores = row["item"][mask], row["score"][mask]
        assert len(np.unique(items)) == len(items)
        assert np.isfinite(scores).all()
        assert (np.diff(scores) <= 0).all()


SHOPS = {
    "grocery": lambda: learned("grocery").dataset,
    "books": lambda: learned("books").dataset,
    "sequence": lambda: learned("sequence").dataset,
    "guests": lambda: small_shop(4),
    "bare": lambda: small_shop(5, prices=False, categories=False),
    "dealt": lambda: forgotten(small_shop(7)),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_every_kind_of_shop_is_ranked(shop: str) -> None:
    dataset = SHOPS[shop]()
    ranker = NextOrder(QUICK).fit(dataset)
    rows, own, new = ranker.rank(DEPTH).values()
    assert ranker.queries_ > 0
    check(dataset, rows)
    check(dataset, own)
    check(dataset, new)
    for mine, others in zip(own["item"], new["item"], strict=True):
        assert not set(mine.tolist()) & set(others[others >= 0].tolist())
    bought = np.bincount(dataset.lines.customer[dataset.lines.customer >= 0], minlength=dataset.n_customers) > 0
    assert ((rows["item"][:, 0] >= 0) == bought).all()


@pytest.mark.parametrize("labels", ["visit", "first", "window"])
def test_the_same_data_and_seed_rank_the_same_with_any_number_of_threads(labels: str) -> None:
    dataset = small_shop(6, customers=30)
    settings = replace(QUICK, labels=labels)  # type: ignore[arg-type]
    once, again = ranked(dataset, settings), ranked(dataset, replace(settings, threads=2))
    assert (once == again).all()
    assert (once != ranked(dataset, replace(settings, seed=1))).any()


def test_customers_ranked_in_slices_are_ranked_as_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = small_shop(6, customers=30)
    together = ranked(dataset)
    monkeypatch.setattr(module, "SLICE", 7)
    assert (ranked(dataset)["item"] == together["item"]).all()


def test_what_is_learned_beats_the_candidates_in_any_order() -> None:
    """Everybody buys one staple in every order; what else they buy is chance."""
    generator = np.random.default_rng(1)
    bought = []
    for customer in range(40):
        for day in range(0, 80, 4):
            chosen = {customer % 5, *generator.integers(5, 30, 4).tolist()}
            bought += [Bought(f"c{customer:02d}", f"i{item:02d}", FIRST_DAY + day) for item in sorted(chosen)]
    rows = ranked(toy(bought))
    assert rows["item"][:, 0].tolist() == [customer % 5 for customer in range(40)]


def test_a_shop_that_nobody_came_back_to_teaches_nothing() -> None:
    dataset = small_shop(7, orders=1)
    ranker = NextOrder(QUICK).fit(dataset)
    assert ranker.queries_ == 0
    assert all((rows["item"] == -1).all() for rows in ranker.rank(DEPTH).values())


def test_one_customer_of_twenty_orders_is_enough_to_answer() -> None:
    bought = [Bought("only", f"i{number % 4}", FIRST_DAY + 3 * number) for number in range(20)]
    dataset = toy(bought)
    rows = ranked(dataset)
    check(dataset, rows)
    assert rows["item"][0, 0] >= 0


def test_a_shop_without_customers_has_no_lists() -> None:
    dataset = toy([Bought(None, "x", FIRST_DAY), Bought(None, "y", FIRST_DAY + 1)])
    assert ranked(dataset).shape == (0, DEPTH)


def test_an_answer_may_be_asked_as_of_each_customers_own_day() -> None:
    """Who is asked on a day of their own is answered as of it."""
    dataset = small_shop(6, customers=30)
    ranker = NextOrder(QUICK).fit(dataset)
    rows = ranker.answer(before_visit(ranker.purchases_, 1), DEPTH)["for_you"]
    check(dataset, rows)


def test_a_lesson_of_the_same_moment_is_not_learned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that goes on for another spacing of the cuts needs one new lesson, and ranks as if all were new."""
    dataset = small_shop(6, customers=30)
    earlier = dataset.until(Purchases.of(dataset).end - QUICK.spacing_days)
    memory, lessons = Memory(), []
    whole = NextOrder.lesson
    monkeypatch.setattr(NextOrder, "lesson", lambda self, snapshot: lessons.append(snapshot) or whole(self, snapshot))
    NextOrder(QUICK, memory).fit(earlier)
    assert len(lessons) == QUICK.snapshots
    rows = NextOrder(QUICK, memory).fit(dataset).rank(DEPTH)["for_you"]
    assert len(lessons) == QUICK.snapshots + 1
    assert (rows == ranked(dataset)).all()


@pytest.mark.parametrize("most", [4_000, 12])
def test_what_was_known_today_is_known_to_the_first_lesson_after_a_horizon(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage is, and where a lesson may ask everybody the candidates are too."""
    settings = replace(QUICK, label_queries=most)
    dataset = small_shop(6, customers=30)
    earlier = dataset.until(Purchases.of(dataset).end - QUICK.horizon_days)
    memory, stages, pools = Memory(), [], []
    whole, drawn = Stage.of, Stage.pool
    monkeypatch.setattr(Stage, "of", lambda *of: stages.append(of) or whole(*of))
    monkeypatch.setattr(Stage, "pool", lambda self, asked: pools.append(asked) or drawn(self, asked))
    NextOrder(settings, memory).fit(earlier).rank(DEPTH)
    assert len(stages) == len(pools) == QUICK.snapshots + 1
    rows = NextOrder(settings, memory).fit(dataset).rank(DEPTH)["for_you"]
    # Of the two new lessons the first knows its stage; the other one and today do not.
    assert len(stages) == QUICK.snapshots + 1 + 2
    assert len(pools) == QUICK.snapshots + 1 + (2 if most == 4_000 else 3)
    assert (rows == ranked(dataset, settings)).all()


def test_own_purchases_are_ranked_as_among_all_candidates() -> None:
    """Each customer's own list is that of all without what was never bought, the new one without what was."""
    dataset = small_shop(6, customers=30)
    every, own, new = NextOrder(QUICK).fit(dataset).rank(dataset.n_items).values()
    bought = dataset.purchases()
    for customer in range(dataset.n_customers):
        items = every["item"][customer]
        for rows, owned in ((own, True), (new, False)):
            kept = [item for item in items[items >= 0].tolist() if bool(bought[customer, item]) is owned]
            assert rows["item"][customer][rows["item"][customer] >= 0].tolist() == kept
