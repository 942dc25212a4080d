"""What is wrong with items, and what their columns become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.training.feeds import rejected, sheet
from training.checks.items import Items, check_items
from training.checks.sheet import Sheet
from training.config import Data


def check(**columns: Sequence[Any]) -> tuple[Items, Sheet]:
    size = len(next(iter(columns.values())))
    found = sheet("items", {"item_id": [f"i{row}" for row in range(size)]} | columns)
    return check_items(found, Data(timezone="Europe/Warsaw")), found


def test_items_without_a_usable_id_are_rejected() -> None:
    items, found = check(item_id=["a", None, "x" * 300, " b "])
    assert items.ids.to_list() == ["a", "b"]
    assert [(row, reason.split(" ")[1]) for row, _, _, reason in rejected(found)] == [(2, "is"), (3, "is")]


def test_of_rows_with_one_id_the_last_counts_and_that_is_no_fault() -> None:
    items, found = check(item_id=["a", "b", "a ", "a"], title=["1", "2", "3", "4"])
    assert items.frame.rows() == [("b", "2"), ("a", "4")]
    assert [row for row, *_ in rejected(found)] == [1, 3]
    findings = found.findings()
    assert (findings.rows_replaced, findings.rows_faulty, findings.rows_kept) == (2, 0, 2)


def test_a_price_that_makes_no_sense_is_ignored_and_the_item_stays() -> None:
    items, found = check(price=["15.00 USD", "ask", "-3", None])
    assert items.frame["price"].to_list() == [15.0, None, None, None]
    assert rejected(found) == [
        (2, "price", "ask", "price is no number; the value is ignored"),
        (3, "price", "-3", "price is negative; the value is ignored"),
    ]
    assert (found.findings().rows_rejected, found.findings().rows_faulty) == (0, 2)


def test_currencies_are_those_of_the_column_else_those_beside_the_prices() -> None:
    items, _ = check(price=["15.00 USD", "1 €", "1"], sale_price=["", "", "3 PLN"], currency=["EUR", None, None])
    assert items.currency is not None
    assert [items.currency.names[int(code)] for code in items.currency.codes] == ["EUR", "EUR", "PLN"]


@pytest.mark.parametrize(
    ("written", "availability"),
    [
        ("in stock", "in_stock"),
        ("In_Stock", "in_stock"),
        ("https://schema.org/InStock", "in_stock"),
        ("out of stock", "out_of_stock"),
        ("OutOfStock", "out_of_stock"),
        ("Pre-order", "preorder"),
        ("backorder", "backorder"),
        ("true", "in_stock"),
        ("no", "out_of_stock"),
        ("17", "in_stock"),
        ("0", "out_of_stock"),
        (None, None),
    ],
)
def test_availability_is_spelt_as_google_does(written: str | None, availability: str | None) -> None:
    items, found = check(availability=[written, "in stock"])
    assert items.frame["availability"][0] == availability
    assert rejected(found) == []


@pytest.mark.parametrize(("typed", "availability"), [([True, False], True), ([12, 0], True), ([0.5, 0.0], True)])
def test_availability_may_be_a_boolean_or_the_stock(typed: list[Any], availability: bool) -> None:
    assert check(availability=typed)[0].frame["availability"].to_list() == ["in_stock", "out_of_stock"] * availability


def test_an_unknown_availability_is_ignored() -> None:
    items, found = check(availability=["perhaps", "in stock"])
    assert items.frame["availability"].to_list() == [None, "in_stock"]
    assert [reason for *_, reason in rejected(found)] == [
        "availability is no availability, such as in_stock; the value is ignored"
    ]


def test_known_columns_have_their_type_and_others_the_type_of_their_values() -> None:
    items, _ = check(
        title=["1", "2"],
        category=["A > B", "A"],
        added_at=["2024-07-01", None],
        hidden=["0", "1"],
        cost_of_goods_sold=["1,5", "2,5"],
        weight=["1.5", "2"],
        vegan=["yes", "no"],
        note=["a", "1"],
    )
    assert items.kinds == {
        "title": "text",
        "category": "category",
        "added_at": "time",
        "hidden": "boolean",
        "cost_of_goods_sold": "number",
        "weight": "number",
        "vegan": "boolean",
        "note": "text",
    }
    assert items.frame["added_at"].to_list() == [1_719_784_800.0, None]
    assert items.frame["hidden"].to_list() == [False, True]


def test_values_of_known_columns_that_make_no_sense_are_ignored() -> None:
    items, found = check(hidden=["perhaps", "no"], added_at=["once", "2024-01-01"])
    assert items.frame["hidden"].to_list() == [None, False]
    assert [reason for *_, reason in rejected(found)] == [
        "hidden is neither yes nor no; the value is ignored",
        "added_at is no time; the value is ignored",
    ]


def test_a_catalogue_without_a_row_is_no_fault_of_the_check() -> None:
    items, _ = check(item_id=[], price=[], availability=[], category=[], added_at=[], hidden=[], size=[])
    assert len(items.ids) == 0
