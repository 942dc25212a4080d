"""Union: frames of one table put together by column name, whatever types their columns have."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from polars import selectors as cs


def united(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All rows of at least one frame; a column of several types without a common one becomes text."""
    families: dict[str, set[str]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            families.setdefault(name, set()).add(_family(dtype))
    mixed = [name for name, found in families.items() if len(found - {"null"}) > 1]
    textual = [frame.with_columns(cs.by_name(mixed, require_all=False).cast(pl.String)) for frame in frames]
    return pl.concat(textual, how="diagonal_relaxed")


def _family(dtype: pl.DataType) -> str:
    """Types of one family have a common type."""
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Date or (isinstance(dtype, pl.Datetime) and dtype.time_zone is None):
        return "naive time"
    return str(dtype.base_type()).lower()
