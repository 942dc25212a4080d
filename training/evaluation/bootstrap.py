"""Bootstrap: 95 % intervals of means, by drawing customers with replacement (Efron 1979); paired for differences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
LEVEL = 0.95
# Weights are drawn in blocks of about this many.
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
        totals = self._by_group(np.where(counted, rows, 0.0))
        counts = self._by_group(counted.astype(np.float64))
        drawn = [(weights @ totals, weights @ counts) for weights in self._weights()]
        total, count = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
        return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)

    def interval(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The central 95 % of the means of each column of `rows` (B, M): (2, M), low and high."""
        if not self.customers:
            return np.full((2, rows.shape[1]), np.nan)
        drawn = self.means(rows)
        edges = np.quantile(np.nan_to_num(drawn), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        return np.where(np.isfinite(drawn).all(axis=0), edges, np.nan)

    def _by_group(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.zeros((self.customers, rows.shape[1]))
        np.add.at(out, self._group, rows)
        return out

    def _weights(self) -> Iterator[NDArray[np.float64]]:
        """How often each customer is drawn: rows of a multinomial distribution, in blocks of draws."""
        generator = np.random.default_rng(self._seed)
        block = max(1, min(self.draws, BLOCK_VALUES // max(self.customers, 1)))
        for start in range(0, self.draws, block):
            yield self._draw(generator, min(block, self.draws - start))

    def _draw(self, generator: np.random.Generator, size: int) -> NDArray[np.float64]:
        picked = generator.integers(self.customers, size=(size, self.customers))
        picked += np.arange(size)[:, None] * self.customers
        return np.bincount(picked.ravel(), minlength=size * self.customers).reshape(size, self.customers).astype(float)
