"""Runs: equal keys of a sorted column grouped, summed and found again."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray


class Places(NamedTuple):
    """Where sought keys stand among runs; `place` means nothing where not `found`."""

    place: NDArray[np.int64]
    found: NDArray[np.bool_]

    def of(self, values: NDArray[Any], missing: float = 0.0) -> NDArray[np.float64]:
        """The runs' values at the sought keys, `missing` where there is none."""
        if not len(values):
            return np.full(len(self.place), missing)
        return np.where(self.found, values[self.place], missing).astype(np.float64)


class Runs(NamedTuple):
    """`key` distinct and ascending, `start` and `size` of each run, all (R,)."""

    key: NDArray[np.int64]
    start: NDArray[np.int64]
    size: NDArray[np.int64]

    @classmethod
    def of(cls, keys: NDArray[np.int64]) -> Self:
        """The runs of ascending keys."""
        start = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
        return cls(keys[start], start, np.diff(start, append=len(keys)))

    @property
    def last(self) -> NDArray[np.int64]:
        """The last element of each run."""
        return self.start + self.size - 1

    def sum(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """The sum of one value an element over each run."""
        if not len(self.start):
            return np.empty(0)
        total: NDArray[np.float64] = np.add.reduceat(values, self.start, dtype=np.float64)
        return total

    def spread(self) -> NDArray[np.int64]:
        """The run of each element."""
        return np.repeat(np.arange(len(self.key)), self.size)

    def find(self, keys: NDArray[np.int64]) -> Places:
        if not len(self.key):
            return Places(np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_))
        place = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return Places(place, self.key[place] == keys)
