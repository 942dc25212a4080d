"""Ids from columns of any type."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.checks.ids import Ids
from training.config import NULL_VALUES


def texts(column: pl.Series) -> list[str | None]:
    ids = Ids.of(column, NULL_VALUES)
    return [ids.names[int(code)] if code >= 0 else None for code in ids.codes]


@pytest.mark.parametrize(
    ("column", "ids"),
    [
        (pl.Series(["007", " 7 ", "7"]), ["007", "7", "7"]),
        (pl.Series([7, 12, None]), ["7", "12", None]),
        (pl.Series([123.0, None, 1.5, float("nan")]), ["123", None, "1.5", None]),
        (pl.Series(["123.0", None, "5.0"]), ["123", None, "5"]),
        (pl.Series(["123.0", "5"]), ["123.0", "5"]),
        (pl.Series([Decimal("12.00"), Decimal("1.50")]), ["12", "1.50"]),
        (pl.Series(["", "NULL", " nan ", "\\N", "NA"]), [None, None, None, None, "NA"]),
        (pl.Series([True, False]), ["true", "false"]),
        (pl.Series([None, None]), [None, None]),
        (pl.Series(["a/b", "🎁", "ż"]), ["a/b", "🎁", "ż"]),
    ],
)
def test_ids_are_the_text_that_people_would_write(column: pl.Series, ids: list[str | None]) -> None:
    assert texts(column) == ids


def test_ids_that_cannot_be_stored_are_unusable_but_not_missing() -> None:
    ids = Ids.of(pl.Series(["x" * 256, "x" * 257, "ż" * 129, "a\0b", None]), NULL_VALUES)
    assert ids.unusable.tolist() == [False, True, True, True, False]
    assert ids.missing.tolist() == [False, False, False, False, True]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5) | st.none(), max_size=20))
def test_names_are_sorted_by_their_bytes_and_codes_point_at_them(values: list[str | None]) -> None:
    ids = Ids.of(pl.Series(values, dtype=pl.String), NULL_VALUES)
    encoded = [name.encode() for name in ids.names]
    assert encoded == sorted(set(encoded))
    for value, code, unusable in zip(values, ids.codes, ids.unusable, strict=True):
        wanted = (value or "").strip()
        expected = None if unusable or wanted in NULL_VALUES else wanted
        assert (ids.names[int(code)] if code >= 0 else None) == expected


def test_rows_are_chosen_with_their_names() -> None:
    ids = Ids.of(pl.Series(["b", "a", None]), NULL_VALUES).where(np.array([True, False, True]))
    assert ids.codes.tolist() == [1, -1]
    assert ids.names.to_list() == ["a", "b"]
