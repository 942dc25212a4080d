"""Lines gathered into orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.feeds import NOW, sheet
from training.checks.order_lines import check_order_lines
from training.config import Data
from training.orders import Ordered, aligned, gather


def gathered(timezone: str = "UTC", **columns: Sequence[Any]) -> Ordered:
    return gather(check_order_lines(sheet("order_lines", columns), Data(timezone=timezone), NOW), timezone)


def test_lines_of_one_item_in_one_order_are_merged() -> None:
    found = gathered(
        customer_id=["a"] * 4,
        order_id=["1", "1", "1", "2"],
        item_id=["x", "y", "x", "x"],
        ordered_at=["2024-01-01 10:01", "2024-01-01 10:00", "2024-01-01 10:02", "2024-01-02"],
        quantity=[1, 1, 3, 1],
        unit_price=[2.0, None, 6.0, 1.0],
    )
    assert list(zip(found.order.tolist(), found.item.tolist(), found.quantity.tolist(), strict=True)) == [
        (0, 0, 4.0),
        (0, 1, 1.0),
        (1, 0, 1.0),
    ]
    np.testing.assert_array_equal(found.price, [5.0, np.nan, 1.0])
    assert found.repeats == 1


def test_an_order_has_the_time_of_its_first_line() -> None:
    found = gathered(
        customer_id=["a", "a"], order_id=["1", "1"], item_id=["x", "y"], ordered_at=[1700000060, 1700000000]
    )
    assert found.time.tolist() == [1_700_000_000_000_000] * 2


def test_orders_are_numbered_in_the_order_of_time() -> None:
    found = gathered(
        customer_id=["a", "b", "a"],
        order_id=["9", "5", "1"],
        item_id=["x", "x", "x"],
        ordered_at=["2024-01-03", "2024-01-02", "2024-01-01"],
    )
    assert dict(zip(found.order.tolist(), found.time.tolist(), strict=True)) == {
        day - 1: (19722 + day) * 86_400_000_000 for day in (1, 2, 3)
    }


def test_one_order_id_of_two_customers_is_two_orders() -> None:
    assert gathered(customer_id=["a", "b"], order_id=["1", "1"], item_id=["x", "x"]).order.max() == 1


def test_without_an_order_id_a_customers_local_day_is_an_order() -> None:
    columns = {
        "customer_id": ["a", "a", "a"],
        "item_id": ["x", "y", "z"],
        "ordered_at": ["2024-01-01T23:30:00Z", "2024-01-02T00:30:00Z", "2024-01-02T22:30:00Z"],
    }
    assert gathered("UTC", **columns).order.tolist() == [0, 1, 1]
    assert gathered("Europe/Warsaw", **columns).order.tolist() == [0, 0, 0]


def test_guests_without_an_order_id_are_alone() -> None:
    found = gathered(customer_id=[None, None, "a"], item_id=["x", "y", "x"], ordered_at=["2024-01-01"] * 3)
    assert sorted(found.order.tolist()) == [0, 1, 2]
    mixed = gathered(customer_id=[None, None, None], order_id=["1", "1", None], item_id=["x", "y", "z"])
    assert len(set(mixed.order.tolist())) == 2


def test_without_order_and_time_all_that_a_customer_bought_is_one_order() -> None:
    found = gathered(customer_id=["b", "a", "b"], item_id=["x", "y", "z"])
    assert found.order.tolist() == [0, 1, 1]
    assert found.time.tolist() == [0, 0, 0]


def test_further_lines_of_an_item_are_further_orders_where_others_have_an_id_too() -> None:
    found = gathered(customer_id=["a"] * 4, order_id=["1", None, None, None], item_id=["x", "x", "y", "x"])
    assert (len(np.unique(found.order)), found.repeats) == (3, 0)
    assert sorted(np.bincount(found.order).tolist()) == [1, 1, 2]


def test_without_order_and_time_further_lines_of_an_item_are_further_orders() -> None:
    found = gathered(customer_id=["a", "a", "b", "a", "a"], item_id=["x", "y", "x", "x", "x"])
    assert found.repeats == 0
    bought = sorted(zip(found.owner.tolist(), found.order.tolist(), found.item.tolist(), strict=True))
    orders = [[item for owner, order, item in bought if (owner, order) == which] for which in {b[:2] for b in bought}]
    assert sorted(orders) == [[0], [0], [0], [0, 1]]
    once = gathered(customer_id=["a", "a"], order_id=["1", "1"], item_id=["x", "x"])
    assert (once.repeats, once.order.tolist()) == (1, [0])


def test_positions_count_backwards_from_each_customers_last_order() -> None:
    found = gathered(
        customer_id=["a", "a", "a", "b", "b", None],
        item_id=["x"] * 6,
        ordered_at=[5, 9, 9, 1, 2, 1],
    )
    by_owner = sorted(zip(found.owner.tolist(), found.time.tolist(), strict=True))
    assert by_owner == [(-1, 1), (0, 0), (0, 1), (1, 0), (1, 1)]


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-5, 5)), min_size=1, max_size=20))
def test_the_age_of_a_position_is_the_number_of_later_ones(orders: list[tuple[int, int]]) -> None:
    owner, position = (np.array(column, np.int64) for column in zip(*orders, strict=True))
    found = aligned(owner, position)
    for index, (who, where) in enumerate(orders):
        later = {place for other, place in orders if other == who and place > where} if who >= 0 else set()
        assert found.max() - found[index] == len(later)


def test_orders_longer_than_a_month_are_counted() -> None:
    times = [dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 20)]
    assert gathered(customer_id=["a"] * 2, order_id=["1"] * 2, item_id=["x", "y"], ordered_at=times).long == 1


def test_a_part_of_the_orders_is_numbered_from_the_start() -> None:
    found = gathered(customer_id=["a", "b", "c"], order_id=["1", "2", "3"], item_id=["x"] * 3, ordered_at=[1, 2, 3])
    assert found.where(found.order > 0).order.tolist() == pytest.approx([0, 1])
