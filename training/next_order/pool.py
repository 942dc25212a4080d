"""Pool: the candidates of every query, with what each source says of them."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

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

    def bought(self, asked: Snapshot, n_items: int) -> NDArray[np.bool_]:
        """Which candidates were bought next."""
        return np.isin(self.row * n_items + self.item, asked.wanted)
