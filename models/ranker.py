"""Ranker, answering: the `for_you` lists ranked in training, re-ranked by what was just viewed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.methods.base import Method, ranked_rows
from models.methods.item_knn import ItemKNN
from models.slots import Slots

# What a session and what habit may give an item at the most: a session outweighs habit without erasing it.
SESSION_WEIGHT = 1.0
# The worst item of a list still counts for something, or the last ranked would equal one never ranked.
LEAST = 0.05


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


def _merge(base: Slots, session: Slots, viewed: NDArray[np.bool_]) -> Slots:
    """Both lists of each viewing query as one, by the sum of their scaled scores; other rows stay as they are.

    An item in both keeps the reason of the list that gave it more.
    """
    both = np.concatenate([base, session], axis=1)
    habit, now = _scaled(base), _scaled(session) * SESSION_WEIGHT
    row, place, twin = _shared(base, session)
    gained = now[row, place]
    stronger = gained > habit[row, twin]
    both[row[stronger], twin[stronger]] = session[row[stronger], place[stronger]]
    habit[row, twin] += gained
    now[row, place] = -np.inf
    both["item"][row, base.shape[1] + place] = -1
    total = np.concatenate([habit, now], axis=1)
    both["score"] = np.where(viewed[:, None], total, both["score"])
    total[~viewed, : base.shape[1]] = -np.arange(base.shape[1])
    order = np.argsort(-total, axis=1, kind="stable")
    merged: Slots = np.take_along_axis(both, order, axis=1)
    return merged


def _shared(base: Slots, session: Slots) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The items in both lists of a row: row numbers, places in `session`, places in `base`."""
    span = int(max(base["item"].max(initial=-1), session["item"].max(initial=-1))) + 2
    start = np.arange(len(base))[:, None] * span
    keys, sought = (start + base["item"]).ravel(), start + session["item"]
    order = np.argsort(keys)
    found = order.take(np.searchsorted(keys, sought, sorter=order), mode="clip") if len(keys) else sought * 0
    hit = (session["item"] >= 0) & (keys.take(found, mode="clip") == sought if len(keys) else False)
    row, place = np.nonzero(hit)
    return row, place, found[row, place] % max(base.shape[1], 1)


def _scaled(slots: Slots) -> NDArray[np.float64]:
    """Scores mapped to LEAST (worst of the row) .. 1 (best); -inf where nothing stands. (B, D)"""
    if not slots.shape[1]:
        return np.zeros(slots.shape)
    filled = slots["item"] >= 0
    scores = np.where(filled, slots["score"], 0.0)
    best = np.where(filled, scores, -np.inf).max(axis=1, keepdims=True)
    worst = np.where(filled, scores, np.inf).min(axis=1, keepdims=True)
    span = np.where(best > worst, best - worst, 1.0)
    return np.where(filled, 1.0 - (1.0 - LEAST) * (best - scores) / span, -np.inf)
