"""Transitions between items, against loops over visits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.training.next_order.diary import Diary, diary, small_shop
from training.next_order import transitions as module
from training.next_order.histories import Histories
from training.next_order.purchases import Purchases
from training.next_order.transitions import DAMPING, SHRINKAGE, SOURCE, TARGET, Transitions

Rows = list[tuple[dict[int, float], dict[int, float]]]


def visits_alone(pages: Diary) -> Rows:
    return [(row, row) for visits in pages.values() for row in map(_unit, visits)]


def visits_in_turn(pages: Diary) -> Rows:
    return [pair for visits in pages.values() for pair in zip(map(_unit, visits), map(_unit, visits[1:]), strict=False)]


def customers(pages: Diary) -> Rows:
    owned = [{item for visit in visits for item in visit.items} for visits in pages.values()]
    rows = [dict.fromkeys(items, len(items) ** (-DAMPING / 2)) for items in owned]
    return [(row, row) for row in rows]


def _unit(visit: object) -> dict[int, float]:
    items = list(visit.items)  # type: ignore[attr-defined]
    return dict.fromkeys(items, len(items) ** -0.5)


@pytest.mark.parametrize(
    ("name", "rows"), [("same", visits_alone), ("following", visits_in_turn), ("shared", customers)]
)
def test_relations_are_shrunk_cosines(name: str, rows: Callable[[Diary], Rows]) -> None:
    dataset = small_shop(9)
    purchases = Purchases.of(dataset)
    known = Histories.of(purchases, np.arange(dataset.n_customers), purchases.visits)
    n = dataset.n_items
    together, before, after = np.zeros((n, n)), np.zeros(n), np.zeros(n)
    for first, second in rows(diary(dataset)):
        for item, weight in first.items():
            before[item] += weight
            for other, other_weight in second.items():
                together[item, other] += weight * other_weight
        for item, weight in second.items():
            after[item] += weight
    np.fill_diagonal(together, 0.0)
    expected = together / (np.outer(before**SOURCE, after**TARGET) + SHRINKAGE)
    found = getattr(Transitions.of(known), name).toarray()
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_visits_that_are_too_large_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_VISIT", 1)
    dataset = small_shop(9)
    purchases = Purchases.of(dataset)
    known = Histories.of(purchases, np.arange(dataset.n_customers), purchases.visits)
    assert not Transitions.of(known).same.nnz
