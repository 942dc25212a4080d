"""Ids: opaque text in, whatever type the source had; two spellings of one id become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.ids import MAX_ID_BYTES
from training.checks.distinct import Distinct, positions


@dataclass(frozen=True, slots=True)
class Ids:
    """`codes` int32 (n,): index into `names`, -1 missing; `names`: distinct, sorted by their UTF-8 bytes.

    `unusable` (n,): rows whose id is too long or holds a NUL; their code is -1.
    """

    codes: NDArray[np.int32]
    names: pl.Series
    unusable: NDArray[np.bool_]

    @property
    def missing(self) -> NDArray[np.bool_]:
        return (self.codes < 0) & ~self.unusable

    @classmethod
    def of(cls, column: pl.Series, null_values: Sequence[str]) -> Ids:
        raw = Distinct.of(column)
        texts = id_texts(raw.values, null_values)
        usable = ((texts.str.len_bytes() <= MAX_ID_BYTES) & ~texts.str.contains("\0", literal=True)).fill_null(True)
        good = texts.set(~usable, None)
        names = good.drop_nulls().unique().sort()
        codes = np.append(positions(good, names), np.int32(-1))
        return cls(codes[raw.codes], names, np.append(~usable.to_numpy(), False)[raw.codes])

    def where(self, rows: NDArray[np.bool_]) -> Ids:
        """The same ids of some of the rows."""
        return Ids(self.codes[rows], self.names, self.unusable[rows])

    def superseded(self, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(n,) kept rows whose id a later kept row has too. None of them may be missing."""
        rows = np.flatnonzero(kept)
        last = np.full(len(self.names), -1, np.int64)
        last[self.codes[rows]] = rows  # of several assignments the last remains
        found = np.zeros(len(kept), np.bool_)
        found[rows] = last[self.codes[rows]] != rows
        return found

    def texts(self) -> pl.Series:
        """The id of every row, null where missing."""
        return pl.concat([self.names, pl.Series(self.names.name, [None], pl.String)]).gather(
            np.where(self.codes < 0, len(self.names), self.codes)
        )


def id_texts(values: pl.Series, null_values: Sequence[str]) -> pl.Series:
    """The id each distinct value means: 123 and 123.0 are `123`, spaces around do not count, leading zeros do.

    A column of text in which every id ends in `.0` was one of whole numbers with gaps before it was exported.
    """
    if values.dtype.is_float() or values.dtype.is_decimal():
        whole = values.cast(pl.Float64).round(0).cast(pl.Int64, strict=False)
        texts = whole.cast(pl.String).zip_with(
            whole.cast(pl.Float64) == values.cast(pl.Float64), values.cast(pl.String)
        )
        return texts.set(values.cast(pl.Float64).is_nan(), None)
    texts = values.cast(pl.String).str.strip_chars()
    texts = texts.set(texts.is_in(list(null_values)), None)
    if len(known := texts.drop_nulls()) and known.str.contains(r"^\d+\.0$").all():
        return texts.str.strip_suffix(".0")
    return texts
