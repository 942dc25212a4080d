"""Histories of some customers, against a diary."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.next_order.diary import diary, small_shop
from training.dataset import Dataset
from training.next_order.histories import Histories
from training.next_order.purchases import Purchases

ASKED = np.array([1, 4, 5, 9])


def histories(dataset: Dataset) -> Histories:
    """All but the last visit of four customers."""
    purchases = Purchases.of(dataset)
    return Histories.of(purchases, ASKED, np.maximum(purchases.visits[ASKED] - 1, 1))


@pytest.mark.parametrize("unit", ["day", "order"])
def test_faded_counts_are_those_of_a_loop(unit: str) -> None:
    dataset = small_shop(5, unit=unit)
    asked, pages = histories(dataset), diary(dataset)
    expected = np.zeros((len(ASKED), dataset.n_items))
    for row, customer in enumerate(ASKED.tolist()):
        known = pages[customer][: int(asked.visits[row])]
        for ago, visit in enumerate(reversed(known)):
            for item in visit.items:
                expected[row, item] += 0.5 ** (ago / 3.0)
    np.testing.assert_allclose(asked.faded(3.0).toarray(), expected, rtol=1e-5)


def test_the_latest_visit_has_length_one() -> None:
    dataset = small_shop(5)
    asked, pages = histories(dataset), diary(dataset)
    latest = asked.latest().toarray()
    for row, customer in enumerate(ASKED.tolist()):
        visit = pages[customer][int(asked.visits[row]) - 1]
        assert set(np.flatnonzero(latest[row]).tolist()) == set(visit.items)
        assert np.linalg.norm(latest[row]) == pytest.approx(1.0)


def test_entries_know_their_visit() -> None:
    dataset = small_shop(5)
    asked, pages = histories(dataset), diary(dataset)
    for row, item, number, ago, time, size in zip(
        asked.row, asked.item, asked.visit, asked.ago, asked.time, asked.size, strict=True
    ):
        visit = pages[int(ASKED[row])][number]
        assert item in visit.items
        assert (time, size, ago) == (visit.day, len(visit.items), asked.visits[row] - 1 - number)


def test_pairs_are_found_where_they_are_known() -> None:
    asked = histories(small_shop(5))
    every_row, every_item = np.divmod(np.arange(len(ASKED) * 15), 15)
    found = asked.find(every_row, every_item).found
    known = set(zip(asked.row.tolist(), asked.item.tolist(), strict=True))
    assert found.tolist() == [pair in known for pair in zip(every_row.tolist(), every_item.tolist(), strict=True)]
