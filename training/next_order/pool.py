"""Pool: the candidates of every query, with what each source says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged
from training.next_order.popularity import Popularity
from training.next_order.snapshot import Snapshot
from training.next_order.sources import Source


class Pool(NamedTuple):
    """`row` (query) and `item` (n,), ascending by both; `scores` (n, sources) float32; `names` of the sources."""

    row: NDArray[np.int64]
    item: NDArray[np.int64]
    scores: NDArray[np.float32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, asked: Snapshot, found: list[Source], popularity: Popularity, popular: int) -> Self:
        """The union of the best of every source and of the best sellers."""
        drawn = [source.best() for source in found] + [popularity.best(asked.as_of, popular)]
        keys = np.sort(np.concatenate([row * popularity.n_items + item for row, item in drawn]))
        row, item = np.divmod(keys[np.diff(keys, prepend=-1) != 0], popularity.n_items)
        scores = np.stack([source.at(row, item) for source in found], axis=1)
        return cls(row, item, scores, tuple(source.name for source in found))

    @classmethod
    def joined(cls, pools: Sequence[Pool], queries: Sequence[int]) -> Pool:
        """One pool of several; `queries`: how many each of them is of."""
        begin = np.cumsum([0, *queries])
        return cls(
            np.concatenate([pool.row + first for pool, first in zip(pools, begin, strict=False)]),
            np.concatenate([pool.item for pool in pools]),
            np.concatenate([pool.scores for pool in pools]),
            pools[0].names,
        )

    def of_queries(self, queries: NDArray[np.integer]) -> Pool:
        """What the pool holds of some queries, numbered from 0."""
        begin = np.searchsorted(self.row, np.arange(int(self.row.max(initial=-1)) + 2))
        spans = Ragged(begin, self.item).spans(queries)
        return Pool(spans.queries(), self.item[spans.values], self.scores[spans.values], self.names)

    def bought(self, asked: Snapshot, n_items: int) -> NDArray[np.bool_]:
        """Which candidates were bought next."""
        return np.isin(self.row * n_items + self.item, asked.wanted)
