"""Ragged int32 lists: `values[indptr[b]:indptr[b + 1]]` belong to query b."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Ragged:
    indptr: NDArray[np.int64]
    values: NDArray[np.int32]

    @classmethod
    def from_lists(cls, lists: Sequence[Sequence[int]]) -> Ragged:
        indptr = np.zeros(len(lists) + 1, np.int64)
        np.cumsum([len(values) for values in lists], out=indptr[1:])
        return cls(indptr, np.array([value for values in lists for value in values], np.int32))

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
        return np.diff(self.indptr)

    def lengths_of(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """The lengths of the given rows' lists, 0 for a row < 0."""
        return np.where(rows < 0, 0, self.indptr[rows + (rows >= 0)] - self.indptr[rows])

    def queries(self) -> NDArray[np.int64]:
        """The query number of every value, (len(values),)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: NDArray[np.integer]) -> Ragged:
        """The lists of the given rows, in their order; a row < 0 gives an empty list."""
        safe = np.maximum(rows, 0)
        start = self.indptr[safe]
        lengths = np.where(rows < 0, 0, self.indptr[safe + 1] - start)
        indptr = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=indptr[1:])
        positions = np.arange(indptr[-1]) + np.repeat(start - indptr[:-1], lengths)
        return Ragged(indptr, self.values[positions])

    def contains(self, items: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether items[b, k] is in list b; (B, K) bool."""
        if len(self) == 1:
            return np.isin(items, self.values)
        span = int(max(items.max(initial=-1), self.values.max(initial=-1))) + 2
        return np.isin(np.arange(len(self))[:, None] * span + items, self.queries() * span + self.values)
