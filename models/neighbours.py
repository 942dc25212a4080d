"""Neighbours: for every item its K best related items with scores, and the sums over several anchors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged
from models.slots import EMPTY, NO_ITEM, Slots, empty_slots


class Neighbours:
    """`items` int32 (N, K), best first, -1 padded; `scores` float32 (N, K)."""

    def __init__(self, items: NDArray[np.int32], scores: NDArray[np.float32]) -> None:
        self.items = items
        self.scores = scores

    def gather(
        self,
        anchors: Ragged,
        depth: int,
        *,
        method: int,
        weights: NDArray[np.floating] | None = None,
        nearest: int | None = None,
        keep_largest: bool = False,
    ) -> Slots:
        """Sums weight x score over each query's anchors, keeps the `depth` best; evidence = the largest contributor.

        `weights`: one per value of `anchors`, 1 if left out; `nearest`: how many neighbours of each anchor count;
        `keep_largest`: whether n1 says what the largest contributor gave.
        Returns (B, <= depth) slots, ties by item row.
        """
        related = self.items[anchors.values, :nearest]
        scores = self.scores[anchors.values, :nearest]
        if weights is not None:
            scores = scores * weights[:, None]
        if int(anchors.lengths.max(initial=0)) <= 1:
            slots = _as_listed(anchors, related[:, :depth], scores[:, :depth], method)
            if keep_largest:
                slots["n1"] = np.where(slots["item"] == NO_ITEM, 0.0, slots["score"])
            return slots
        real = related >= 0
        if not real.any():
            return empty_slots(len(anchors), 0)
        keys = (anchors.queries()[:, None] * len(self.items) + related)[real]
        contributions = scores[real]
        order = np.lexsort((contributions, keys))
        keys = keys[order]
        first = np.append(0, (keys[1:] != keys[:-1]).nonzero()[0] + 1)
        largest = np.append(first[1:], len(keys)) - 1
        source = np.repeat(anchors.values, real.sum(axis=1))[order[largest]]
        query, items = np.divmod(keys[first], len(self.items))
        return best_per_query(
            len(anchors),
            query=query,
            items=items,
            scores=np.add.reduceat(contributions[order], first),
            evidence=source,
            n1=contributions[order[largest]] if keep_largest else None,
            depth=depth,
            method=method,
        )


def _as_listed(anchors: Ragged, related: NDArray[np.int32], scores: NDArray[np.floating], method: int) -> Slots:
    """At most one anchor a query: its list stands as it is."""
    slots = empty_slots(len(anchors), related.shape[1])
    listed = np.full(related.shape, EMPTY)
    listed["item"] = related
    listed["score"] = np.where(related >= 0, scores, -np.inf)
    listed["evidence"] = np.where(related >= 0, anchors.values[:, None], NO_ITEM)
    listed["method"] = method
    slots[anchors.lengths > 0] = listed
    return slots


def best_per_query(
    batch: int,
    *,
    query: NDArray[np.integer],
    items: NDArray[np.integer],
    scores: NDArray[np.floating],
    depth: int,
    method: int,
    evidence: NDArray[np.integer] | None = None,
    n1: NDArray[np.floating] | None = None,
) -> Slots:
    """The `depth` best-scored items of each query from flat (query, item, score) triples; ties by item row."""
    order = np.lexsort((items, -scores, query)) if batch > 1 else np.lexsort((items, -scores))[:depth]
    query = query[order]
    counts = np.bincount(query, minlength=batch)
    rank = np.arange(len(query)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = rank < depth
    order, query, rank = order[kept], query[kept], rank[kept]
    slots = empty_slots(batch, min(depth, int(counts.max(initial=0))))
    filled = np.full(len(order), EMPTY)
    filled["item"] = items[order]
    filled["score"] = scores[order]
    filled["method"] = method
    if evidence is not None:
        filled["evidence"] = evidence[order]
    if n1 is not None:
        filled["n1"] = n1[order]
    slots[query, rank] = filled
    return slots
