"""Booleans: yes and no in the words that exports use."""

from __future__ import annotations

import polars as pl

from training.checks.distinct import Distinct

TRUE_WORDS = ("true", "t", "yes", "y", "on")
FALSE_WORDS = ("false", "f", "no", "n", "off")
TRUE = (*TRUE_WORDS, "1", "1.0")
FALSE = (*FALSE_WORDS, "0", "0.0")


def booleans(column: pl.Series) -> pl.Series:
    """Boolean, null where missing or neither."""
    if column.dtype == pl.Boolean:
        return column
    raw = Distinct.of(column)
    words = raw.values.cast(pl.String).str.strip_chars().str.to_lowercase()
    return raw.spread(words.is_in(TRUE).set(~words.is_in(TRUE + FALSE), None))
