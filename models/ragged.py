"""Ragged int32 lists: `values[indptr[b]:indptr[b + 1]]` belong to query b."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.sorting import is_among


class Ragged(msgspec.Struct, frozen=True, eq=False):
    indptr: NDArray[np.int64]
    values: NDArray[Any]

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[int]]) -> Ragged:
        indptr = np.zeros(len(lists) + 1, np.int64)
        np.cumsum([len(values) for values in lists], out=indptr[1:])
        return cls(indptr, np.array([value for values in lists for value in values], np.int32))

    @classmethod
    def one(cls, values: Sequence[int]) -> Ragged:
        """The list of a batch of one."""
        return cls(np.array((0, len(values)), np.int64), np.array(values, np.int32))

    @classmethod
    def empty(cls, batch: int) -> Ragged:
        return cls(np.zeros(batch + 1, np.int64), np.empty(0, np.int32))

    @classmethod
    def column(cls, values: NDArray[np.int32]) -> Ragged:
        """One value a query."""
        return cls(np.arange(len(values) + 1, dtype=np.int64), np.ascontiguousarray(values, np.int32))

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return self.indptr[1:] - self.indptr[:-1]

    def lengths_of(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """The lengths of the given rows' lists, 0 for a row < 0."""
        return np.where(rows < 0, 0, self.indptr[rows + (rows >= 0)] - self.indptr[rows])

    def find(self, rows: NDArray[np.integer], wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        """Where wanted[b, k] stands in the ascending list of rows[b]: an index into `values`, -1 if nowhere. (B, K)"""
        if len(rows) == 1:
            return self._find_in_one(int(rows[0]), wanted)
        lists = self.take(rows)
        span = int(max(lists.values.max(initial=-1), wanted.max(initial=-1))) + 2
        keys = lists.queries() * span + lists.values
        sought = np.arange(len(rows))[:, None] * span + wanted
        place = np.searchsorted(keys, sought)
        if not len(keys):
            return np.full(wanted.shape, -1, np.int64)
        hit = (wanted >= 0) & (keys.take(place, mode="clip") == sought)
        shift = self.indptr[np.maximum(rows, 0)] - lists.indptr[:-1]
        return np.where(hit, place + shift[:, None], -1)

    def _find_in_one(self, row: int, wanted: NDArray[np.int32]) -> NDArray[np.int64]:
        start, stop = self._span(row)
        values = self.values[start:stop]
        if not len(values):
            return np.full(wanted.shape, -1, np.int64)
        place = values.searchsorted(wanted)
        return np.where(values.take(place, mode="clip") == wanted, place + start, -1)

    def _span(self, row: int) -> tuple[int, int]:
        return (int(self.indptr[row]), int(self.indptr[row + 1])) if row >= 0 else (0, 0)

    def queries(self) -> NDArray[np.int64]:
        """The query number of every value, (len(values),)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def spans(self, rows: NDArray[np.integer]) -> Ragged:
        """The positions in `values` of the given rows' lists; a row < 0 has an empty one."""
        if len(rows) == 1:
            start, stop = self._span(int(rows[0]))
            return Ragged(np.array([0, stop - start]), np.arange(start, stop))
        first = self.indptr[np.maximum(rows, 0)]
        lengths = self.lengths_of(rows)
        indptr = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=indptr[1:])
        return Ragged(indptr, np.arange(indptr[-1]) + np.repeat(first - indptr[:-1], lengths))

    def take(self, rows: NDArray[np.integer]) -> Ragged:
        """The lists of the given rows, in their order; a row < 0 gives an empty list."""
        spans = self.spans(rows)
        return Ragged(spans.indptr, self.values[spans.values])

    def contains(self, items: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether items[b, k] is in list b; (B, K) bool."""
        if not len(self.values):
            return np.zeros(items.shape, np.bool_)
        if len(self) == 1:
            return is_among(items, self.values)
        span = int(max(items.max(initial=-1), self.values.max(initial=-1))) + 2
        return is_among(np.arange(len(self))[:, None] * span + items, self.queries() * span + self.values)
