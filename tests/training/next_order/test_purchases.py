"""Purchases: visits and events, against a diary kept line by line."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.evaluation.toys import Bought, Item, toy
from tests.training.next_order.diary import diary, small_shop
from training.dataset import Dataset
from training.next_order.purchases import Purchases, category_levels

SHOPS = {
    "days": small_shop(1),
    "sequence": small_shop(2, unit="order"),
    "no prices": small_shop(3, prices=False),
    "guests": small_shop(4, customers=4),
}


@pytest.mark.parametrize("shop", SHOPS)
def test_events_are_what_the_diary_says(shop: str) -> None:
    dataset = SHOPS[shop]
    purchases = Purchases.of(dataset)
    expected = [
        (customer, item, number, visit.day, entry.quantity, entry.price)
        for customer, visits in sorted(diary(dataset).items())
        for item in range(dataset.n_items)
        for number, visit in enumerate(visits)
        if item in visit.items
        for entry in [visit.items[item]]
    ]
    columns = (purchases.customer, purchases.item, purchases.visit, purchases.time, purchases.quantity, purchases.price)
    np.testing.assert_allclose(np.stack(columns, axis=1), np.array(expected), rtol=1e-6)


@pytest.mark.parametrize("shop", SHOPS)
def test_visits_are_what_the_diary_says(shop: str) -> None:
    dataset = SHOPS[shop]
    purchases, expected = Purchases.of(dataset), diary(dataset)
    for customer in range(dataset.n_customers):
        mine = slice(purchases.visit_start[customer], purchases.visit_start[customer + 1])
        assert purchases.visit_time[mine].tolist() == [visit.day for visit in expected[customer]]
        assert purchases.visit_size[mine].tolist() == [len(visit.items) for visit in expected[customer]]
        events = purchases.customer[purchases.event_start[customer] : purchases.event_start[customer + 1]]
        assert (events == customer).all()


def test_two_orders_of_one_local_day_are_one_visit() -> None:
    """23:30 and 00:30 UTC are one evening in New York, and two in UTC."""
    bought = [Bought("a", "x", 100 + 23.5 / 24), Bought("a", "y", 101 + 0.5 / 24)]
    assert Purchases.of(toy(bought, timezone="America/New_York")).visits.tolist() == [1]
    assert Purchases.of(toy(bought)).visits.tolist() == [2]


def test_guests_are_no_customer_but_sold_to() -> None:
    bought = [Bought("a", "x", 100.0), Bought(None, "y", 101.2), Bought(None, "y", 101.2), Bought(None, "x", 102.0)]
    purchases = Purchases.of(toy(bought))
    assert purchases.item.tolist() == [0]
    assert sorted(zip(purchases.guest_item.tolist(), purchases.guest_time.tolist(), strict=True)) == [
        (0, 102),
        (1, 101),
    ]


def test_the_end_is_the_day_after_the_last_line_or_the_day_of_the_reference() -> None:
    dataset = toy([Bought("a", "x", 100.7), Bought("a", "x", 103.2), Bought("b", "x", 101.0)])
    assert Purchases.of(dataset).end == 104
    assert Purchases.of(dataset.until(110.0)).end == 110


def test_visits_before_a_day_leave_the_day_out() -> None:
    dataset = toy([Bought("a", "x", 100.0), Bought("a", "x", 102.0), Bought("b", "x", 102.0)])
    assert Purchases.of(dataset).visits_before(102.0).tolist() == [1, 0]


def levels(*categories: str | None) -> list[list[int]]:
    listed = {f"i{number}": Item(category) for number, category in enumerate(categories)}
    dataset: Dataset = toy([Bought("a", "i0", 1.0)], listed)
    return [level.tolist() for level in category_levels(dataset)]


def test_levels_are_the_deepest_category_the_one_above_and_the_topmost() -> None:
    deep = levels("A > B > C > D", "A > B > C > E", "A > F", None)
    assert len(deep) == 3
    assert len({*deep[0]}) == 4
    assert deep[1][0] == deep[1][1] != deep[1][2]
    assert deep[2][0] == deep[2][1] == deep[2][2] != deep[2][3]
    assert [level[3] for level in deep] == [-1, -1, -1]


def test_a_flat_catalogue_has_one_level_and_none_has_none() -> None:
    assert len(levels("A", "B")) == 1
    assert levels(None, None) == []
