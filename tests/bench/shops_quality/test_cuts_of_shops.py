"""What is wanted of a shop was bought after what the trainer is told, by customers it knows."""

from __future__ import annotations

import datetime as dt

import polars as pl

from bench.shops_quality.cuts import at_random, in_time, last_orders

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def pairs(table: pl.DataFrame) -> list[tuple[str, str]]:
    return sorted(table.select("customer_id", "item_id").rows())


def test_a_cut_in_time_asks_known_customers_for_what_followed() -> None:
    bought = [("a", "x", 0, 1), ("a", "x", 80, 1), ("a", "y", 90, 1), ("a", "z", 90, -1), ("late", "x", 95, 1)]
    bought += [("b", "x", 10, 1), ("b", "w", 100, 2)]
    lines = pl.DataFrame(
        [(customer, item, START + dt.timedelta(days=day), pieces) for customer, item, day, pieces in bought],
        schema=["customer_id", "item_id", "ordered_at", "quantity"],
        orient="row",
    )
    made = in_time(lines, pl.DataFrame({"item_id": ["x", "w"]}))
    assert pairs(made.order_lines) == [("a", "x"), ("b", "x")]
    assert made.items is not None
    assert made.items["item_id"].to_list() == ["x"]
    assert {task: pairs(wanted) for task, wanted in made.wanted.items()} == {
        "window": [("a", "x"), ("a", "y"), ("b", "w")],
        "visit": [("a", "x"), ("b", "w")],
        "new": [("a", "y"), ("b", "w")],
        "again": [("a", "x")],
    }


def test_the_last_order_is_wanted_of_those_who_ordered_before() -> None:
    rows = [("a", "x", 0), ("a", "x", 1), ("a", "y", 1), ("b", "x", 0)]
    made = last_orders(pl.DataFrame(rows, schema=["customer_id", "item_id", "ordered_at"], orient="row"))
    assert pairs(made.order_lines) == [("a", "x"), ("b", "x")]
    assert pairs(made.wanted["visit"]) == [("a", "x"), ("a", "y")]


def test_a_fifth_of_distinct_purchases_is_held_out_at_random() -> None:
    rows = [("a", str(item)) for item in range(10)] * 2 + [("b", "1")]
    made = at_random(pl.DataFrame(rows, schema=["customer_id", "item_id"], orient="row"))
    held = pairs(made.wanted["window"])
    assert [customer for customer, _ in held] == ["a", "a"]
    assert not set(held) & set(made.order_lines.rows())
    assert len(made.order_lines) == 17
