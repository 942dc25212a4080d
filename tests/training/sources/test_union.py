"""Frames put together by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from training.sources.union import united

NOON = dt.datetime(2024, 1, 1, 12)


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        ([1], [2.5], [1.0, 2.5]),
        ([1], ["x"], ["1", "x"]),
        ([None], ["x"], [None, "x"]),
        ([Decimal("1.5")], [Decimal("2.25")], [1.5, 2.25]),
        ([Decimal("1.5")], [2], [1.5, 2]),
        ([True], [2], ["true", "2"]),
        ([dt.date(2024, 1, 1)], [NOON], [dt.datetime(2024, 1, 1), NOON]),
        ([dt.date(2024, 1, 1)], ["soon"], ["2024-01-01", "soon"]),
    ],
)
def test_columns_meet_in_a_common_type_or_as_text(first: list[Any], second: list[Any], values: list[Any]) -> None:
    frame = united([pl.DataFrame({"a": first}), pl.DataFrame({"a": second})])
    assert frame["a"].to_list() == values


def test_columns_that_only_some_have_are_null_elsewhere() -> None:
    frame = united([pl.DataFrame({"a": [1]}), pl.DataFrame({"b": [2]})])
    assert frame.rows() == [(1, None), (None, 2)]


def test_times_of_several_precisions_meet() -> None:
    frames = [pl.DataFrame({"a": pl.Series([NOON], dtype=pl.Datetime(unit))}) for unit in ("ms", "us", "ns")]
    assert united(frames)["a"].to_list() == [NOON] * 3
