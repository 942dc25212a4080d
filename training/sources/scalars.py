"""Scalars: the column types that checks know, made from whatever types a source has."""

from __future__ import annotations

import polars as pl
from polars import selectors as cs

from models.catalogue import CATEGORY_SEPARATOR
from training.errors import DataRefused
from training.sources.columns import Layout


def scalars(frame: pl.DataFrame, at: str, layout: Layout, left_out: set[str]) -> pl.DataFrame:
    """Text, numbers, booleans, dates and times (zoned ones in UTC). A list of category levels becomes a path.

    Nested attributes are dropped and added to `left_out`. Raises DataRefused where a column of ours is nested or bytes.
    """
    if frame.schema.get("category") == pl.List(pl.String):
        frame = frame.with_columns(pl.col("category").list.join(CATEGORY_SEPARATOR))
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
    if ours := [name for name in nested if name in layout.known]:
        raise DataRefused(f"{at}: column {', '.join(ours)} holds nested values; expected text, a number or a time")
    left_out.update(nested)
    try:
        return frame.drop(nested).with_columns(
            (cs.categorical() | cs.by_dtype(pl.Enum) | cs.binary() | cs.time() | cs.duration()).cast(pl.String),
            cs.datetime(time_zone="*").dt.convert_time_zone("UTC"),
        )
    except pl.exceptions.PolarsError:
        names = ", ".join(name for name, dtype in frame.schema.items() if dtype == pl.Binary)
        raise DataRefused(f"{at}: column {names} holds bytes that are not UTF-8; expected text") from None
