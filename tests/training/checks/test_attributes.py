"""Types of attributes, and the words of booleans."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from training.checks.attributes import attribute
from training.checks.booleans import booleans
from training.config import TableInput


@pytest.mark.parametrize(
    ("values", "kind", "typed"),
    [
        (["1", "2.5", None, ""], "number", [1.0, 2.5, None, None]),
        (["1,5", "0,25"], "number", [1.5, 0.25]),
        (["007", "12"], "text", ["007", "12"]),
        (["1", "2", "XL"], "text", ["1", "2", "XL"]),
        (["yes", "No", None], "boolean", [True, False, None]),
        (["0", "1"], "number", [0.0, 1.0]),
        (["2024-01-01", "2024-01-02 12:00"], "time", [1704067200.0, 1704196800.0]),
        ([None, ""], "text", [None, None]),
        ([" a ", "NULL"], "text", ["a", None]),
        ([1, 2, None], "number", [1.0, 2.0, None]),
        ([True, None], "boolean", [True, None]),
        ([dt.date(2024, 1, 1)], "time", [1704067200.0]),
    ],
)
def test_the_type_is_what_all_values_are(values: list[Any], kind: str, typed: list[Any]) -> None:
    found = attribute("anything", pl.Series(values), TableInput(), "UTC")
    assert (found.kind, found.values.to_list()) == (kind, typed)


@pytest.mark.parametrize("name", ["brand", "size", "gtin", "item_group_id"])
def test_attributes_of_the_merchant_feed_that_are_text_stay_text(name: str) -> None:
    found = attribute(name, pl.Series([42.0, 43.0]), TableInput(), "UTC")
    assert (found.kind, found.values.to_list()) == ("text", ["42", "43"])


def test_booleans_are_read_in_any_words() -> None:
    words = ["true", "T", "Yes", "y", "on", "1", "1.0", "FALSE", "f", "no", "N", "off", "0", "maybe", "", None]
    assert booleans(pl.Series(words)).to_list() == [True] * 7 + [False] * 6 + [None] * 3
    assert booleans(pl.Series([1, 0, 2, None])).to_list() == [True, False, None, None]
