"""Bootstrap: 95 % intervals of means, by drawing customers with replacement (Efron 1979); paired for differences."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
LEVEL = 0.95
BLOCK_VALUES = 10_000_000


class Bootstrap:
    """The same draws for every metric of a task, so that two contenders are compared on the same customers.

    `groups` int (B,): who each row belongs to; a customer's rows are drawn together. `draws`, `seed`: see DRAWS.
    """

    def __init__(self, groups: NDArray[np.integer], *, draws: int = DRAWS, seed: int = 0) -> None:
        _, self._group = np.unique(groups, return_inverse=True)
        self.customers = int(self._group.max(initial=-1)) + 1
        self.draws = draws
        self._seed = seed

    def means(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean of each column of `rows` (B, M) in every draw, (draws, M); NaN left out, or kept where all is."""
        counted = np.isfinite(rows)
        sums = self._by_group(np.column_stack([np.where(counted, rows, 0.0), counted]))
        drawn = np.concatenate([self.weights[block].astype(np.float64) @ sums for block in self._blocks()])
        total, count = np.split(drawn, 2, axis=1)
        return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)

    def interval(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The central 95 % of the means of each column of `rows` (B, M): (2, M), low and high."""
        if not self.customers:
            return np.full((2, rows.shape[1]), np.nan)
        drawn = self.means(rows)
        edges = np.quantile(np.nan_to_num(drawn), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        return np.where(np.isfinite(drawn).all(axis=0), edges, np.nan)

    @cached_property
    def weights(self) -> NDArray[np.uint16]:
        """How often each customer is in each draw, (draws, customers): rows of a multinomial distribution."""
        generator = np.random.default_rng(self._seed)
        return np.concatenate([self._draw(generator, block.stop - block.start) for block in self._blocks()])

    def _blocks(self) -> Iterator[slice]:
        """Draws a few at a time, so that no more than BLOCK_VALUES numbers stand in memory unpacked."""
        size = max(1, BLOCK_VALUES // max(self.customers, 1))
        for start in range(0, self.draws, size):
            yield slice(start, min(start + size, self.draws))

    def _draw(self, generator: np.random.Generator, size: int) -> NDArray[np.uint16]:
        picked = generator.integers(self.customers, size=(size, self.customers))
        picked += np.arange(size)[:, None] * self.customers
        counts = np.bincount(picked.ravel(), minlength=size * self.customers)
        return counts.reshape(size, self.customers).astype(np.uint16)

    def _by_group(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.zeros((self.customers, rows.shape[1]))
        np.add.at(out, self._group, rows)
        return out
