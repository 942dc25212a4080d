"""Splits: nothing after the cut is learned from, and nothing is lost."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.evaluation.toys import Bought, toy
from training.dataset import Dataset, OrderLines
from training.evaluation.split import split

minutes = st.integers(0, 400 * 1_440)
histories = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c"]), st.sampled_from("pqrs"), minutes.map(lambda at: at / 1_440)),
    min_size=1,
    max_size=30,
).map(lambda lines: [Bought(*line) for line in lines])


def counted(*parts: OrderLines) -> list[tuple[int, int, float]]:
    return sorted(
        (int(customer), int(item), float(time))
        for lines in parts
        for customer, item, time in zip(lines.customer, lines.item, lines.time, strict=True)
    )


def held(dataset: Dataset, lines: OrderLines) -> set[tuple[str, str, float]]:
    return {
        (dataset.customers.id(customer), dataset.items.id(item), time)
        for customer, item, time in zip(lines.customer, lines.item, lines.time.tolist(), strict=True)
    }


@given(histories, st.integers(1, 60))
def test_a_cut_in_time_leaves_everything_after_it_to_the_test(history: list[Bought], days: int) -> None:
    dataset = toy(history, timezone="America/New_York")
    parts = split(dataset, test_days=days)
    if parts.protocol == "time":
        assert parts.train.lines.time.max(initial=-np.inf) < parts.train.reference <= parts.test.time.min()
        assert parts.test_days is not None
        assert parts.test_days <= days
    assert counted(parts.train.lines, parts.test) == counted(dataset.lines)
    assert len(parts.visit) == len(parts.test)
    assert parts.train.items is dataset.items


def test_the_window_is_that_of_the_setting_where_the_history_is_long() -> None:
    parts = split(toy([Bought("a", "p", day + 0.5) for day in range(365)]))
    assert (parts.protocol, parts.test_days) == ("time", 28)
    assert sorted(np.floor(parts.test.time).tolist()) == list(range(337, 365))


def test_the_window_takes_a_quarter_of_a_short_history() -> None:
    assert split(toy([Bought("a", "p", day + 0.5) for day in range(20)])).test_days == 5


def test_the_window_leaves_a_quarter_of_the_lines() -> None:
    """One old line makes a history of 26 days a long one."""
    history = [Bought("a", "p", day + 0.5) for day in range(974, 1_000)]
    assert split(toy(history)).test_days == 6
    assert split(toy([Bought("a", "p", 0.5), *history])).test_days == 20
    assert split(toy([Bought("a", "p", 0.5), *(Bought(f"{n}", "p", 99.5) for n in range(9))])).test_days == 1


def test_the_cut_is_a_midnight_of_the_shop() -> None:
    zone = ZoneInfo("America/New_York")

    def at(*moment: int) -> float:
        return dt.datetime(*moment, tzinfo=zone).timestamp() / 86_400

    late, early = at(2024, 3, 9, 23, 59), at(2024, 3, 10, 0, 1)
    history = [Bought("a", "first", at(2024, 1, 1, 12)), Bought("a", "late", late), Bought("b", "early", early)]
    history.append(Bought("c", "last", at(2024, 3, 12, 12)))
    parts = split(toy(history, timezone="America/New_York"), test_days=3)
    assert parts.train.reference == pytest.approx(at(2024, 3, 10))
    assert held(parts.train, parts.test) == {("b", "early", early), ("c", "last", history[-1].time)}


def test_positions_are_split_by_last_order() -> None:
    history = [Bought("a", "p", 1), Bought("a", "q", 2), Bought("a", "r", 3), Bought("b", "p", 3), Bought(None, "p", 3)]
    parts = split(toy([*history, Bought("c", "p", 2), Bought("c", "q", 3), Bought("c", "r", 3)], unit="order"))
    assert parts.protocol == "last_order"
    assert held(parts.train, parts.test) == {("a", "r", 3.0), ("c", "q", 3.0), ("c", "r", 3.0)}
    assert parts.train.reference == 3.0


def test_three_days_are_split_by_last_order() -> None:
    history = [Bought("a", "p", 0.5), Bought("a", "q", 1.5), Bought("b", "p", 2.5)]
    parts = split(toy(history))
    assert parts.protocol == "last_order"
    assert held(parts.train, parts.test) == {("a", "q", 1.5)}


def untimed(owned: dict[str, set[str]]) -> Dataset:
    """Nothing tells what was bought together."""
    bought = [Bought(customer, item, 0.0) for customer, items in owned.items() for item in sorted(items)]
    return toy(bought, orders_known=False)


owners = st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(0, 60).map(str), min_size=1), min_size=1)


@given(owners)
def test_a_history_without_times_or_orders_holds_out_a_part_of_each_customer(owned: dict[str, set[str]]) -> None:
    dataset = untimed(owned)
    parts = split(dataset)
    assert parts.protocol == "random"
    assert counted(parts.train.lines, parts.test) == counted(dataset.lines)
    assert set(parts.test.customer.tolist()) <= set(parts.train.lines.customer.tolist())
    assert counted(split(dataset).test) == counted(parts.test)


def test_about_a_tenth_is_held_out_where_nothing_tells_orders_apart() -> None:
    owned = {f"customer {number}": {str(item) for item in range(number % 60)} for number in range(300)}
    dataset = untimed({customer: items for customer, items in owned.items() if items})
    parts = split(dataset)
    assert 0.08 < len(parts.test) / len(dataset.lines) < 0.14
    several = sum(len(items) > 1 for items in owned.values())
    assert len(np.unique(parts.test.customer)) > 0.95 * several


def test_another_seed_holds_out_other_items() -> None:
    dataset = untimed({"a": {f"item {number}" for number in range(100)}})
    assert counted(split(dataset, seed=1).test) != counted(split(dataset, seed=2).test)


def test_a_whole_order_is_held_out_where_nothing_tells_which_was_the_last() -> None:
    orders = ["pq", "p", "rst"]
    bought = [Bought(f"{c:02d}", item, day) for c in range(40) for day, items in enumerate(orders) for item in items]
    dataset = toy(bought, timed=False)
    parts = split(dataset)
    assert parts.protocol == "random"
    held = {(int(c), int(o)) for c, o in zip(parts.test.customer, parts.test.order, strict=True)}
    assert {customer for customer, _ in held} == set(range(40))
    assert len(held) == 40
    left = {(int(c), int(o)) for c, o in zip(parts.train.lines.customer, parts.train.lines.order, strict=True)}
    assert not held & left
    drawn = {len(np.flatnonzero(parts.test.customer == customer)) for customer in range(40)}
    assert drawn == {1, 2, 3}
    assert not parts.train.timed


def test_guests_of_a_history_without_times_only_teach() -> None:
    parts = split(toy([Bought(None, "p", 0.0), Bought(None, "q", 0.0)]))
    assert len(parts.test) == 0
    assert len(parts.train.lines) == 2
