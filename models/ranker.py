"""Ranker, answering: the `for_you` lists ranked in training, re-ranked by what was just viewed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.batch import Batch
from models.methods.base import Method, ranked_rows
from models.methods.item_knn import ItemKNN
from models.neighbours import best_per_query
from models.slots import Slots, empty_slots

# A neighbour of everything just viewed gains as much as the distance from the worst to the best of the
# customer's own list: a session outweighs habit without erasing it.
SESSION_WEIGHT = 1.0


class Ranker:
    """`rows` SLOT (C, D): the ranked list of each customer, with its reasons."""

    def __init__(self, rows: Slots | None, methods: Mapping[str, Method]) -> None:
        self._rows = rows
        knn = methods.get(ItemKNN.name)
        self._knn = knn if isinstance(knn, ItemKNN) else None

    def candidates(self, batch: Batch, depth: int) -> Slots:
        """The rows as trained where nothing was viewed; else rows and neighbours of `recent` together."""
        slots = ranked_rows(self._rows, batch.customers, depth)
        if self._knn is None or not len(batch.recent.values):
            return slots
        return _merge(slots, self._knn.of_recent(batch, depth), batch.recent.lengths > 0)


def _merge(base: Slots, session: Slots, viewed: np.ndarray) -> Slots:
    """One list a query from two: scores scaled to 0..1 each, then summed; ranked rows keep their order elsewhere."""
    merged = np.concatenate([_scaled(base), _scaled(session) * SESSION_WEIGHT], axis=1)
    both = np.concatenate([base, session], axis=1)
    query, place = np.nonzero(both["item"] >= 0)
    flat = both[query, place]
    keys = query * (int(flat["item"].max(initial=0)) + 1) + flat["item"]
    unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    total = np.bincount(inverse, merged[query, place], len(unique)).astype(np.float32)
    out = best_per_query(
        len(base), query=query[first], items=flat["item"][first], scores=total, evidence=first, depth=both.shape[1]
    )
    return _restored(out, flat, base, viewed)


def _restored(out: Slots, flat: Slots, base: Slots, viewed: np.ndarray) -> Slots:
    """Puts back method and reason of each slot (its position in `flat` travelled as evidence)."""
    filled = out["item"] >= 0
    scores = out["score"][filled]
    out[filled] = flat[out["evidence"][filled]]
    out["score"][filled] = scores
    out[~viewed] = empty_slots(1, 1)[0, 0]
    out[~viewed, : base.shape[1]] = base[~viewed]
    return out


def _scaled(slots: Slots) -> np.ndarray:
    """Scores mapped to 0 (worst of the row, exclusive) .. 1 (best); 0 where nothing stands. (B, D) float64."""
    filled = slots["item"] >= 0
    if not slots.shape[1]:
        return np.zeros(slots.shape)
    scores = slots["score"].astype(np.float64)
    best = np.where(filled, scores, -np.inf).max(axis=1, keepdims=True)
    worst = np.where(filled, scores, np.inf).min(axis=1, keepdims=True)
    span = np.where(best > worst, best - worst, 1.0)
    return np.where(filled, 0.05 + 0.95 * (scores - worst) / span, 0.0)
