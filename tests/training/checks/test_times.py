"""Times as shops write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.checks.times import Times
from training.config import TableInput

UTC = dt.UTC


def parse(values: list[Any] | pl.Series, timezone: str = "UTC", **settings: Any) -> list[str | None]:
    times = Times.of(pl.Series(values), TableInput(**settings), timezone)
    assert times.kind == "day"
    return times.values.cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S%.f").to_list()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31 10:00:00", "2024-01-31 09:00:00"),
        ("2024-01-31T10:00:00.25", "2024-01-31 09:00:00.250"),
        ("2024-01-31T10:00:00Z", "2024-01-31 10:00:00"),
        ("2024-01-31 10:00:00.123456789 UTC", "2024-01-31 10:00:00.123456"),
        ("2024-01-31T10:00:00-05:30", "2024-01-31 15:30:00"),
        ("2024-01-31 10:00 +0200", "2024-01-31 08:00:00"),
        ("2024-01-31 10:00+02", "2024-01-31 08:00:00"),
        ("2024-07-01", "2024-06-30 22:00:00"),
        ("2024/7/1 3:04", "2024-07-01 01:04:00"),
        ("31.12.2024 23:59", "2024-12-31 22:59:00"),
        ("1.2.24", "2024-01-31 23:00:00"),
        ("31/12/2024, 3:04 PM", "2024-12-31 14:04:00"),
        ("12/31/2024 12:04:05 am", "2024-12-30 23:04:05"),
        ("31-12-2024", "2024-12-30 23:00:00"),
        ("20240131", "2024-01-30 23:00:00"),
        ("202401311030", "2024-01-31 09:30:00"),
        ("20240131103059", "2024-01-31 09:30:59"),
        ("1700000000", "2023-11-14 22:13:20"),
        ("1700000000.5", "2023-11-14 22:13:20.500"),
        ("1700000000123", "2023-11-14 22:13:20.123"),
        ("1700000000123456", "2023-11-14 22:13:20.123456"),
        ("1700000000000000000", "2023-11-14 22:13:20"),
    ],
)
def test_written_times_are_moments(text: str, moment: str) -> None:
    assert parse([text], "Europe/Warsaw") == [moment]


@pytest.mark.parametrize(
    "text",
    ["soon", "2024-02-30", "2024-13-01", "2024-01-01 25:00", "2024-01-01 10:60", "32.1.2024", "2024-01-01 13:00 pm"],
)
def test_what_is_no_time_is_null(text: str) -> None:
    assert parse([text, "2024-01-01"]) == [None, "2024-01-01 00:00:00"]


def test_a_small_number_among_times_is_seconds() -> None:
    assert parse(["1", "2024-01-01"]) == ["1970-01-01 00:00:01", "2024-01-01 00:00:00"]


def test_several_writings_in_one_column_are_each_read() -> None:
    assert parse(["2024-01-31", "31.1.2024 00:00", "20240131000000", "1706659200", None, ""]) == [
        *["2024-01-31 00:00:00"] * 4,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("texts", "moments"),
    [
        (["01/02/2024", "13/02/2024"], ["2024-02-01 00:00:00", "2024-02-13 00:00:00"]),
        (["01/02/2024", "02/13/2024"], ["2024-01-02 00:00:00", "2024-02-13 00:00:00"]),
        (["13/02/2024", "02/13/2024"], ["2024-02-13 00:00:00", "2024-02-13 00:00:00"]),
        (["01.02.2024", "02/13/2024"], ["2024-02-01 00:00:00", "2024-02-13 00:00:00"]),
    ],
)
def test_a_number_above_twelve_tells_days_from_months_for_the_column(texts: list[str], moments: list[str]) -> None:
    assert parse(texts) == moments
    assert Times.of(pl.Series(texts), TableInput(), "UTC").ambiguous is None


@pytest.mark.parametrize("texts", [["01/02/2024"], ["01/02/2024", "13/02/2024", "02/13/2024"]])
def test_what_nothing_tells_is_named_as_ambiguous(texts: list[str]) -> None:
    times = Times.of(pl.Series(texts), TableInput(), "UTC")
    assert times.ambiguous == "01/02/2024"
    assert times.values[0] is None


@pytest.mark.parametrize(
    ("time_format", "text"),
    [
        ("%d/%m/%Y", "01/02/2024"),
        ("%m/%d/%y %I:%M %p", "2/1/24 12:00 AM"),
        ("%Y-%m-%d %H:%M %z", "2024-02-01 02:00 +0200"),
    ],
)
def test_a_format_that_is_set_decides(time_format: str, text: str) -> None:
    assert parse([text, "x"], time_format=time_format) == ["2024-02-01 00:00:00", None]


def test_times_that_the_clocks_jump_over_or_repeat_are_the_earliest_possible() -> None:
    assert parse(["2024-03-31 02:30:00", "2024-10-27 02:30:00"], "Europe/Warsaw") == [
        "2024-03-31 01:30:00",
        "2024-10-27 00:30:00",
    ]


@pytest.mark.parametrize(
    ("column", "moment"),
    [
        (pl.Series([dt.date(2024, 7, 1)]), "2024-06-30 22:00:00"),
        (pl.Series([dt.datetime(2024, 7, 1, 12)]), "2024-07-01 10:00:00"),
        (pl.Series([dt.datetime(2024, 7, 1, 12, tzinfo=UTC)]), "2024-07-01 12:00:00"),
        (pl.Series([dt.datetime(2024, 7, 1, 12)], dtype=pl.Datetime("ns")), "2024-07-01 10:00:00"),
        (pl.Series([20240701]), "2024-06-30 22:00:00"),
        (pl.Series([1719835200]), "2024-07-01 12:00:00"),
        (pl.Series([1719835200.5]), "2024-07-01 12:00:00.500"),
    ],
)
def test_typed_columns_are_moments_too(column: pl.Series, moment: str) -> None:
    assert parse(column, "Europe/Warsaw") == [moment]


@pytest.mark.parametrize(
    ("values", "positions"),
    [
        ([0, 1, 2, None], [0, 1, 2, None]),
        (["3", "4", "x"], [3, 4, None]),
        ([1.0, 2.0, 2.5], [1, 2, None]),
        ([-1, 7], [-1, 7]),
    ],
)
def test_small_whole_numbers_are_positions(values: list[Any], positions: list[int | None]) -> None:
    times = Times.of(pl.Series(values), TableInput(), "UTC")
    assert (times.kind, times.values.to_list()) == ("order", positions)


@pytest.mark.parametrize("column", [pl.Series([True, False]), pl.Series([None, None]), pl.Series([], dtype=pl.String)])
def test_other_columns_hold_no_time(column: pl.Series) -> None:
    assert Times.of(column, TableInput(), "UTC").values.null_count() == len(column)


@given(st.lists(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)), min_size=1, max_size=5))
def test_iso_times_are_read_to_the_microsecond(moments: list[dt.datetime]) -> None:
    times = Times.of(pl.Series([moment.isoformat() for moment in moments]), TableInput(), "UTC")
    assert times.values.cast(pl.Datetime("us")).to_list() == moments
