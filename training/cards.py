"""Cards: what a slate shows of each item by default, as JSON, so that no request reads it column by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from models.cards import DEFAULT_FIELDS
from models.catalogue import Kind

Arrays = dict[str, NDArray[Any]]


def card_arrays(columns: Mapping[str, Kind], arrays: Mapping[str, NDArray[Any]], size: int) -> Arrays:
    """What models.cards reads, from the catalogue's own arrays; nothing where a field is of an unusual kind."""
    kinds = [columns[name] for name in DEFAULT_FIELDS if name in columns]
    if not kinds or not {"text", "number"}.issuperset(kinds):
        return {}
    unknown = pl.Series([None], dtype=pl.String).new_from_index(0, size)
    fields = {name: _values(columns[name], name, arrays) if name in columns else unknown for name in DEFAULT_FIELDS}
    cards = pl.DataFrame(fields).select(pl.struct(DEFAULT_FIELDS).struct.json_encode()).to_series()
    text = cards.rechunk().to_arrow().cast(pa.large_string())
    _, offsets, blob = text.buffers()
    return {
        "offsets": np.frombuffer(offsets, np.int64)[text.offset : text.offset + size + 1],
        "blob": np.frombuffer(blob or b"", np.uint8),
    }


def _values(kind: Kind, name: str, arrays: Mapping[str, NDArray[Any]]) -> pl.Series:
    """One column by item, null where unknown."""
    if kind == "number":
        return pl.Series(arrays[f"{name}/values"]).fill_nan(None)
    codes, offsets = arrays[f"{name}/codes"], np.ascontiguousarray(arrays[f"{name}/offsets"])
    blob = np.ascontiguousarray(arrays[f"{name}/blob"])
    distinct = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(blob))
    return pl.Series(distinct.take(pa.array(codes, mask=codes < 0)))
