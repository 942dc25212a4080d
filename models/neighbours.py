"""Neighbours: for every item its K best related items with scores, and the sums over several anchors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged
from models.slots import NO_ITEM, Slots, empty_slots, picked, put
from models.sorting import lexicographic_order


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
        code: int = 0,
    ) -> Slots:
        """Sums weight x score over each query's anchors, keeps the `depth` best; evidence = the largest contributor.

        `weights`: one per value of `anchors`, 1 if left out; `nearest`: how many neighbours of each anchor count;
        `keep_largest`: whether n1 says what the largest contributor gave; `code`: of the reason, 0 leaves it open.
        Returns (B, <= depth) slots, ties by item row.
        """
        related = self.items[anchors.values, :nearest]
        scores = self.scores[anchors.values, :nearest]
        if weights is not None:
            scores = scores * weights[:, None]
        if int(anchors.lengths.max(initial=0)) <= 1:
            slots = _as_listed(anchors, related[:, :depth], scores[:, :depth], method, code)
            if keep_largest:
                slots["n1"] = np.where(slots["item"] == NO_ITEM, 0.0, slots["score"])
            return slots
        entry = (related >= 0).ravel().nonzero()[0]
        if not len(entry):
            return empty_slots(len(anchors), 0)
        anchor, items, contributions = entry // related.shape[1], related.take(entry), scores.take(entry)
        query = anchors.queries().take(anchor)
        keys = query * len(self.items) + items
        order = lexicographic_order(contributions, keys)
        keys, contributions = keys.take(order), contributions.take(order)
        last = np.append((keys[1:] != keys[:-1]).nonzero()[0], len(keys) - 1)
        largest = order.take(last)
        return best_per_query(
            len(anchors),
            query=query.take(largest),
            items=items.take(largest),
            scores=np.add.reduceat(contributions, np.append(0, last[:-1] + 1)),
            evidence=anchors.values.take(anchor.take(largest)),
            n1=contributions.take(last) if keep_largest else None,
            depth=depth,
            method=method,
            code=code,
        )


def _as_listed(
    anchors: Ragged, related: NDArray[np.int32], scores: NDArray[np.floating], method: int, code: int
) -> Slots:
    """At most one anchor a query: its list stands as it is."""
    slots = empty_slots(len(anchors), related.shape[1])
    listed = empty_slots(*related.shape)
    listed["item"] = related
    listed["score"] = np.where(related >= 0, scores, -np.inf)
    listed["evidence"] = np.where(related >= 0, anchors.values[:, None], NO_ITEM)
    listed["method"] = method
    listed["code"] = np.where(related >= 0, code, 0)
    put(slots, (anchors.lengths > 0,), listed)
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
    code: int = 0,
) -> Slots:
    """The `depth` best-scored items of each query from flat (query, item, score) triples; ties by item row."""
    order = _best(batch, query, items, scores, depth) if batch > 1 else np.lexsort((items, -scores))[:depth]
    filled = empty_slots(1, len(order))[0]
    filled["item"] = items.take(order)
    filled["score"] = scores.take(order)
    filled["method"] = method
    filled["code"] = code
    if evidence is not None:
        filled["evidence"] = evidence.take(order)
    if n1 is not None:
        filled["n1"] = n1.take(order)
    if batch == 1:
        one: Slots = filled[None]
        return one
    query = query.take(order)
    counts = np.bincount(query, minlength=batch)
    rank = np.arange(len(query)) - (counts.cumsum() - counts).take(query)
    kept = rank < depth
    slots = empty_slots(batch, min(depth, int(counts.max(initial=0))))
    put(slots, (query[kept], rank[kept]), picked(filled, kept))
    return slots


def best_of_lists(
    lists: Ragged, scores: NDArray[np.floating], rows: NDArray[np.integer], depth: int, *, method: int
) -> Slots:
    """The `depth` best of one list a query, `scores` beside its items; `rows` (B,): which list, -1 none."""
    spans = lists.spans(rows)
    return best_per_query(
        len(rows),
        query=spans.queries(),
        items=lists.values[spans.values],
        scores=scores[spans.values],
        depth=depth,
        method=method,
    )


def _best(
    batch: int, query: NDArray[np.integer], items: NDArray[np.integer], scores: NDArray[np.floating], depth: int
) -> NDArray[np.intp]:
    """The entries by query, best first; of ascending ones, as they mostly come, few of those beyond the depth."""
    if not ((query[1:] > query[:-1]) | ((query[1:] == query[:-1]) & (items[1:] >= items[:-1]))).all():
        return np.lexsort((items, -scores, query))
    kept = _promising(scores, np.bincount(query, minlength=batch), depth).nonzero()[0]
    return kept.take(lexicographic_order(-scores.take(kept), query.take(kept)))


def _promising(scores: NDArray[np.floating], counts: NDArray[np.integer], depth: int) -> NDArray[np.bool_]:
    """False of entries that score below `depth` others of their query, as far as that is seen without sorting.

    Of twice `depth` groups of a query's entries the best are known; `depth` of these score no less than their median.
    """
    groups = 2 * depth
    many = (counts >= 2 * groups).nonzero()[0]
    if not len(many):
        return np.ones(len(scores), np.bool_)
    stop = counts.cumsum()
    bounds = (stop - counts)[many, None] + counts[many, None] * np.arange(groups + 1) // groups
    # The last bound of a query ends its last group and begins none; beyond all entries there may be no bound.
    best = np.maximum.reduceat(scores, np.minimum(bounds, len(scores) - 1).ravel()).reshape(bounds.shape)[:, :-1]
    least = np.full(len(counts), -np.inf, scores.dtype)
    least[many] = np.partition(best, groups - depth, axis=1)[:, groups - depth]
    promising: NDArray[np.bool_] = scores >= np.repeat(least, counts)
    return promising
