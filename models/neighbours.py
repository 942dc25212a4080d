"""Neighbours: for every item its K best related items with scores, and the sums over several anchors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged
from models.slots import NO_ITEM, Slots, empty_slots


class Neighbours:
    """`items` int32 (N, K), best first, -1 padded; `scores` float32 (N, K)."""

    def __init__(self, items: NDArray[np.int32], scores: NDArray[np.float32]) -> None:
        self.items = items
        self.scores = scores

    def gather(self, anchors: Ragged, depth: int, *, method: int, weights: NDArray[np.floating] | None = None) -> Slots:
        """Sums weight x score over each query's anchors, keeps the `depth` best; evidence = the largest contributor.

        `weights`: one per value of `anchors`, 1 if left out. Returns (B, <= depth) slots, ties by item row.
        """
        related = self.items[anchors.values]
        scores = self.scores[anchors.values]
        contributions = (scores if weights is None else scores * weights[:, None])[related >= 0]
        source = np.broadcast_to(anchors.values[:, None], related.shape)[related >= 0]
        query = np.broadcast_to(anchors.queries()[:, None], related.shape)[related >= 0]
        keys = query * len(self.items) + related[related >= 0]
        if not len(keys):
            return empty_slots(len(anchors), 0)
        order = np.lexsort((contributions, keys))
        keys, contributions = keys[order], contributions[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        largest = np.append(first[1:], len(keys)) - 1
        return best_per_query(
            len(anchors),
            query=keys[first] // len(self.items),
            items=keys[first] % len(self.items),
            scores=np.add.reduceat(contributions, first),
            evidence=source[order][largest],
            depth=depth,
            method=method,
        )


def best_per_query(
    batch: int,
    *,
    query: NDArray[np.integer],
    items: NDArray[np.integer],
    scores: NDArray[np.floating],
    depth: int,
    method: int = 0,
    evidence: NDArray[np.integer] | None = None,
) -> Slots:
    """The `depth` best-scored items of each query from flat (query, item, score) triples; ties by item row."""
    order = np.lexsort((items, -scores, query))
    query = query[order]
    counts = np.bincount(query, minlength=batch)
    rank = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = rank < depth
    slots = empty_slots(batch, min(depth, int(counts.max(initial=0))))
    place = query[kept], rank[kept]
    slots["item"][place] = items[order][kept]
    slots["score"][place] = scores[order][kept]
    slots["method"][place] = method
    slots["evidence"][place] = NO_ITEM if evidence is None else evidence[order][kept]
    return slots
