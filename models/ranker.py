"""Ranker, answering: the lists ranked in training, re-ranked by what was just viewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.cut import padded
from models.merge import summed
from models.methods.base import Method, ranked_rows
from models.methods.item_knn import ItemKNN
from models.slots import Slots, picked, put

# Lists of every customer: what they order next, what of it they bought before, and what they never bought.
RankedList = Literal["for_you", "buy_again", "new"]
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
        session = self._knn.of_recent(batch, depth)
        merged = summed(slots, _scaled(slots), session, _scaled(session) * SESSION_WEIGHT)
        unmoved = batch.recent.lengths == 0
        if unmoved.any():
            put(merged, (unmoved,), padded(picked(slots, unmoved), merged.shape[1]))
        return merged


def _scaled(slots: Slots) -> NDArray[np.float64]:
    """Scores mapped to LEAST (worst of the row) .. 1 (best); -inf where nothing stands. (B, D)"""
    if not slots.shape[1]:
        return np.zeros(slots.shape)
    filled, scores = slots["item"] >= 0, slots["score"].astype(np.float64)
    # The best stands first, in a row that holds anything.
    best = np.where(filled[:, :1], scores[:, :1], 0.0)
    worst = scores.min(axis=1, keepdims=True, where=filled, initial=np.inf)
    span = np.where(best > worst, best - worst, 1.0)
    return np.where(filled, 1.0 - (1.0 - LEAST) * (best - scores) / span, -np.inf)
