"""Popularity as of a moment, against a count of the lines."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.next_order.diary import FIRST_DAY, diary, small_shop
from training.dataset import Dataset
from training.next_order.histories import Histories
from training.next_order.popularity import DAY_WINDOWS, VISIT_WINDOWS, Popularity
from training.next_order.purchases import Purchases

MOMENT = FIRST_DAY + 70.0


def popularity(dataset: Dataset) -> Popularity:
    purchases = Purchases.of(dataset)
    return Popularity.of(Histories.of(purchases, np.arange(dataset.n_customers), purchases.visits))


def sales(dataset: Dataset) -> list[tuple[int, float]]:
    """(item, day), one a visit; a guest's order is a visit of its own."""
    known = [(item, visit.day) for visits in diary(dataset).values() for visit in visits for item in visit.items]
    lines = dataset.lines
    guests = {
        (int(lines.order[row]), int(lines.item[row]), float(np.floor(lines.time[row])))
        for row in range(len(lines))
        if lines.customer[row] < 0
    }
    return known + [(item, day) for _, item, day in guests]


def test_counts_are_those_of_a_loop_guests_included() -> None:
    dataset = small_shop(6)
    assert (dataset.lines.customer < 0).any()
    expected = np.zeros((3, dataset.n_items))
    for number, window in enumerate(DAY_WINDOWS):
        for item, day in sales(dataset):
            expected[number, item] += MOMENT - window <= day < MOMENT
    assert popularity(dataset).counts(MOMENT).tolist() == expected.tolist()


def test_counts_of_a_sequence_look_at_everybodys_last_visits() -> None:
    dataset = small_shop(7, unit="order")
    expected = np.zeros((3, dataset.n_items))
    for number, window in enumerate(VISIT_WINDOWS):
        for visits in diary(dataset).values():
            for visit in visits[-int(min(window, 99)) :]:
                expected[number, list(visit.items)] += 1
    assert popularity(dataset).counts(0.0).tolist() == expected.tolist()


def test_shares_are_smoothed_logarithms_as_of_each_moment() -> None:
    dataset = small_shop(6)
    found = popularity(dataset)
    moments, items = np.array([MOMENT, MOMENT - 30, MOMENT]), np.array([3, 3, 8])
    for row, (moment, item) in enumerate(zip(moments.tolist(), items.tolist(), strict=True)):
        counts = found.counts(moment)
        expected = np.log((counts[:, item] + 0.5) / (counts.sum(axis=1) + 1e-3 * dataset.n_items + 1))
        assert found.shares(moments, items)[row] == pytest.approx(expected, rel=1e-5)


def test_since_is_the_time_since_the_last_sale() -> None:
    dataset = small_shop(6)
    items = np.arange(dataset.n_items)
    expected = [min((MOMENT - day for sold, day in sales(dataset) if sold == item and day < MOMENT), default=np.nan)
                for item in items.tolist()]  # fmt: skip
    found = popularity(dataset).since(np.full(len(items), MOMENT), items)
    np.testing.assert_allclose(found, expected)
    assert np.isnan(popularity(dataset).since(np.array([float(FIRST_DAY)]), np.array([0]))).all()


def test_best_sellers_are_those_of_the_middle_window_ties_by_item() -> None:
    dataset = small_shop(6)
    found = popularity(dataset)
    moments = np.array([MOMENT, MOMENT - 20])
    query, item = found.best(moments, 4)
    assert query.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    for number, moment in enumerate(moments.tolist()):
        counts = found.counts(moment)[1].tolist()
        expected = sorted(range(dataset.n_items), key=lambda each: (-counts[each], each))[:4]
        assert item[query == number].tolist() == expected
