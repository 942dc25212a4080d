"""What is wrong with order lines, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.training.feeds import NOW, rejected, sheet
from training.checks.order_lines import Lines, check_order_lines
from training.checks.sheet import Sheet
from training.config import Data, TableInput


def check(settings: TableInput | None = None, **columns: Sequence[Any]) -> tuple[Lines, Sheet]:
    """Columns that are not given are all good."""
    size = len(next(iter(columns.values())))
    good = {"customer_id": ["c"] * size, "item_id": [f"i{row}" for row in range(size)]}
    found = sheet("order_lines", good | columns, settings)
    return check_order_lines(found, Data(), NOW), found


@pytest.mark.parametrize(
    ("column", "bad", "reason"),
    [
        ("item_id", None, "item_id is missing"),
        ("item_id", " ", "item_id is missing"),
        ("item_id", "x" * 257, "item_id is longer than 256 bytes or holds a NUL"),
        ("customer_id", "x\0", "customer_id is longer than 256 bytes or holds a NUL"),
        ("order_id", "x" * 300, "order_id is longer than 256 bytes or holds a NUL"),
        ("ordered_at", "", "ordered_at is missing"),
        ("ordered_at", None, "ordered_at is missing"),
        ("ordered_at", "someday", "ordered_at is no time"),
        ("ordered_at", "2024-06-03", "ordered_at lies in the future"),
        ("ordered_at", "1970-01-01", "ordered_at lies before 1980"),
        ("quantity", "0", "quantity is zero"),
        ("quantity", "two", "quantity is no number"),
        ("quantity", "2 EUR", "quantity is no number"),
        ("unit_price", "free", "unit_price is no number"),
        ("unit_price", "-1", "unit_price is negative"),
        ("quantity", "-1", "quantity is a return without an earlier sale to this customer"),
    ],
)
def test_a_faulty_row_is_set_aside_with_its_value_and_reason(column: str, bad: str | None, reason: str) -> None:
    good = {"ordered_at": "2024-05-01", "quantity": "1", "unit_price": "2"}.get(column, "good")
    columns: dict[str, Any] = {column: [good, bad, good + "x" if column.endswith("_id") else good]}
    lines, found = check(**columns)
    assert rejected(found) == [(2, column, bad[:200] if bad else bad, reason)]
    assert len(lines.quantity) == 2
    assert found.findings().rows_rejected == found.findings().rows_faulty == 1


def test_every_fault_of_a_row_is_listed_but_the_row_counts_once() -> None:
    _, found = check(item_id=["", "a"], quantity=["0", "1"], unit_price=["x", "1"])
    assert [reason for *_, reason in rejected(found)] == [
        "item_id is missing",
        "quantity is zero",
        "unit_price is no number",
    ]
    assert found.findings().rows_rejected == 1


def test_a_line_without_a_customer_is_a_guests() -> None:
    lines, found = check(customer_id=[None, "NULL", "c"])
    assert lines.customer.codes.tolist() == [-1, -1, 0]
    assert rejected(found) == []


def test_unknown_quantities_are_one_and_unknown_prices_unknown() -> None:
    lines, _ = check(quantity=["", "2"], unit_price=["3,50", None])
    assert lines.quantity.tolist() == [1.0, 2.0]
    assert lines.price[0] == 3.5
    assert lines.price[1] != lines.price[1]


def test_without_optional_columns_each_line_is_one_piece_and_what_is_missing_is_known() -> None:
    lines, _ = check(customer_id=["a", "b"])
    assert lines.quantity.tolist() == [1.0, 1.0]
    assert (lines.order, lines.time, lines.kind) == (None, None, "order")
    assert lines.missing == {"order_id", "ordered_at", "quantity", "unit_price"}


def test_positions_are_kept_as_they_are() -> None:
    lines, found = check(ordered_at=["3", "7", "1.5"])
    assert lines.kind == "order"
    assert lines.time is not None
    assert lines.time.tolist() == [3, 7]
    assert rejected(found) == [(3, "ordered_at", "1.5", "ordered_at is no whole number")]


def test_ambiguous_days_and_months_stop_the_run_and_say_what_to_set() -> None:
    _, found = check(ordered_at=["03/04/2024", "05/06/2023"])
    assert found.faults == [
        "order_lines (feed.csv): ordered_at '03/04/2024' may begin with the day or with the month; "
        "set inputs.order_lines.time_format"
    ]


def test_the_zone_of_the_table_comes_before_the_shops() -> None:
    lines, _ = check(TableInput(path="f", timezone="Asia/Tokyo"), ordered_at=["2024-01-01 09:00"])
    assert lines.time is not None
    assert lines.time[0] == 1_704_067_200_000_000


def test_a_return_takes_its_pieces_from_the_latest_earlier_sale() -> None:
    lines, found = check(
        item_id=["a", "a", "a", "b"],
        ordered_at=["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-01"],
        quantity=[2, 3, -4, 1],
        unit_price=["5", "5", "-5", "1"],
    )
    assert lines.quantity.tolist() == [1.0, 1.0]
    assert lines.item.codes.tolist() == [0, 1]
    assert rejected(found) == []
    assert found.notes == ["1 returns, which undo 1 lines wholly"]


def test_a_return_of_more_than_was_sold_is_noted() -> None:
    lines, found = check(item_id=["a", "a"], quantity=[2, -5])
    assert len(lines.quantity) == 0
    assert found.notes[1] == "1 returns of more than was sold; the surplus is ignored"


def test_another_customers_sale_is_not_taken_back() -> None:
    lines, found = check(customer_id=["a", "b"], item_id=["x", "x"], quantity=[1, -1])
    assert lines.quantity.tolist() == [1.0]
    assert len(rejected(found)) == 1


def test_a_guest_returns_only_within_the_order() -> None:
    lines, found = check(
        customer_id=[None] * 4, item_id=["x"] * 4, order_id=["1", "1", "2", None], quantity=[3, -1, -1, -1]
    )
    assert lines.quantity.tolist() == [2.0]
    assert [row for row, *_ in rejected(found)] == [3, 4]


def test_currencies_come_from_their_column_or_from_beside_the_price() -> None:
    lines, _ = check(unit_price=["1 EUR", "2", "3"], currency=[None, "€", " eur "])
    assert lines.currency is not None
    assert lines.currency.names.to_list() == ["EUR"]
    assert lines.currency.codes.tolist() == [0, 0, 0]


def test_no_currency_is_none() -> None:
    assert check(unit_price=["1", "2"])[0].currency is None


def test_a_table_without_a_row_is_no_fault_of_the_check() -> None:
    lines, found = check(customer_id=[], item_id=[], order_id=[], ordered_at=[], quantity=[], unit_price=[])
    assert len(lines.quantity) == 0
    assert rejected(found) == []
