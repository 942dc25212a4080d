"""Distinct: a column as codes into its distinct values, so that what parses text runs once a value, not once a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyarrow import compute


@dataclass(frozen=True, slots=True)
class Distinct:
    """`codes` int32 (n,), -1 where the column is null; `values`: the distinct values, in the order they first came."""

    codes: NDArray[np.int32]
    values: pl.Series

    @classmethod
    def of(cls, column: pl.Series) -> Distinct:
        encoded = compute.dictionary_encode(column.rechunk().to_arrow())
        codes = compute.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
        values = pl.Series(column.name, pl.from_arrow(encoded.dictionary), dtype=column.dtype)
        return cls(codes.astype(np.int32, copy=False), values)

    def spread(self, parsed: pl.Series) -> pl.Series:
        """What the distinct values were parsed into, for every row again."""
        with_null = pl.concat([parsed, pl.Series(parsed.name, [None], parsed.dtype)])
        return with_null.gather(np.where(self.codes < 0, len(parsed), self.codes))


def positions(values: pl.Series, among: pl.Series) -> NDArray[np.int32]:
    """Where each value stands in `among` (distinct values), int32, -1 where it is null or missing."""
    index = pl.DataFrame({"value": among, "position": pl.int_range(len(among), dtype=pl.Int32, eager=True)})
    found = pl.DataFrame({"value": values}).join(index, on="value", how="left", maintain_order="left")
    return found["position"].fill_null(-1).to_numpy()
