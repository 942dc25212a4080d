"""Prices and quantities as shops write them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.checks.numbers import Numbers
from training.config import NULL_VALUES


def parse(*texts: str | None, decimal: str | None = None) -> list[float | None]:
    return Numbers.of(pl.Series(texts, dtype=pl.String), NULL_VALUES, decimal).values.to_list()


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("15.00 USD", 15.0, "USD"),
        ("15.00USD", 15.0, "USD"),
        ("EUR 3,20", 3.2, "EUR"),
        ("12,50", 12.5, None),
        ("1 234,50 Kč", 1234.5, "CZK"),
        ("1 234,50 Kc", 1234.5, "CZK"),
        ("1\u00a0234,5 zł", 1234.5, "PLN"),
        ("1.234,56 €", 1234.56, "EUR"),
        ("$1,234.50", 1234.5, "USD"),
        ("1'000.00 CHF", 1000.0, "CHF"),
        ("1 234 567", 1_234_567.0, None),
        ("1.234.567", 1_234_567.0, None),
        ("1,00,000.5", 100_000.5, None),
        ("199,-", 199.0, None),
        ("12,50-", -12.5, None),
        ("(3.50)", -3.5, None),
        ("-$3", -3.0, "USD"),
        ("$-3", -3.0, "USD"),
        ("+4", 4.0, None),
        ("1e3", 1000.0, None),
        (".5", 0.5, None),
        ("0,125", 0.125, None),
    ],
)
def test_written_numbers_are_read_with_their_currency(text: str, value: float, currency: str | None) -> None:
    numbers = Numbers.of(pl.Series([text, "x"]), NULL_VALUES)
    assert numbers.values.to_list() == [value, None]
    assert numbers.currencies.to_list() == [currency, None]


@pytest.mark.parametrize(
    "text", ["", "x", "1,2,3", "--3", "(3", "-(3)", "3-+", "1.2.3", "12 34,5,6", "inf", "5 pieces"]
)
def test_what_is_no_number_is_null(text: str) -> None:
    assert parse(text) == [None]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1.234", "5,5"], [1234.0, 5.5]),  # a comma elsewhere makes the dot a thousands' mark
        (["1,234", "5,5"], [1.234, 5.5]),
        (["1,234", "5.5"], [1234.0, 5.5]),
        (["1.234", "5.5"], [1.234, 5.5]),
        (["1.234"], [1.234]),
        (["1,234"], [1234.0]),
    ],
)
def test_a_lone_mark_before_three_digits_means_what_the_column_says(texts: list[str], values: list[float]) -> None:
    assert parse(*texts) == values


@pytest.mark.parametrize(("decimal", "value"), [(",", 1.234), (".", 1234.0)])
def test_a_decimal_mark_that_is_set_decides(decimal: str, value: float) -> None:
    assert parse("1,234", decimal=decimal) == [value]


def test_numbers_stay_numbers_and_infinities_are_none() -> None:
    column = pl.Series([1.5, float("inf"), float("nan"), None])
    assert Numbers.of(column, NULL_VALUES).values.to_list() == [1.5, None, None, None]
    assert Numbers.of(pl.Series([Decimal("1.50")]), NULL_VALUES).values.to_list() == [1.5]


def test_other_types_are_no_numbers() -> None:
    assert Numbers.of(pl.Series([True]), NULL_VALUES).values.to_list() == [None]


@given(st.lists(st.decimals(-10_000_000, 10_000_000, places=2), min_size=1, max_size=10))
def test_german_and_english_writing_mean_the_same(amounts: list[Decimal]) -> None:
    english = [f"{amount:,.2f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    assert parse(*english) == parse(*german) == [float(amount) for amount in amounts]
