"""Item-kNN, answering: items whose buyers overlap (Sarwar et al. 2001; Deshpande and Karypis 2004)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import METHOD_NUMBER, Shop, ranked_rows
from models.neighbours import Neighbours
from models.reasons import Code
from models.slots import NO_ITEM, Slots

# Neighbours of each item just viewed that count: a request gathers them live.
SESSION_NEIGHBOURS = 30


class ItemKNN:
    """`items`, `scores` (N, K): each item's neighbours; `rows` SLOT (C, D): each customer's best items."""

    name: ClassVar[str] = "item_knn"

    def __init__(self, arrays: Arrays, shop: Shop) -> None:
        self._rows = arrays.get("rows")
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self._history = shop.history

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        return cls(arrays, shop)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        """Neighbours of the anchors, else of `recent`, else the customer's ranked list."""
        if len(batch.anchors.values):
            return self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name])
        if len(batch.recent.values):
            return self.of_recent(batch, depth)
        return ranked_rows(self._rows, batch.customers, depth)

    def of_recent(self, batch: Batch, depth: int) -> Slots:
        """Neighbours of the items just viewed, the latest weighing most."""
        position = np.arange(len(batch.recent.values)) - batch.recent.indptr[:-1].repeat(batch.recent.lengths)
        weights = 1.0 / (1.0 + position)
        slots = self.neighbours.gather(
            batch.recent, depth, method=METHOD_NUMBER[self.name], weights=weights, nearest=SESSION_NEIGHBOURS
        )
        slots["code"] = np.where(slots["item"] >= 0, Code.BECAUSE_YOU_VIEWED, Code.NONE)
        return slots

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """Anchored slots name their anchor; others the bought item that is the nearest neighbour."""
        if len(batch.anchors.values):
            slots["code"][chosen] = np.where(slots["evidence"][chosen] >= 0, Code.SIMILAR, Code.NONE)
            return
        query = np.nonzero(chosen)[0]
        items = slots["item"][chosen]
        near = self.neighbours.items[items]
        owned = self._history.positions(batch.customers[query], near) >= 0
        scores = np.where(owned & (near >= 0), self.neighbours.scores[items], -np.inf)
        best = scores.argmax(axis=1)
        told = np.isfinite(scores.max(axis=1, initial=-np.inf))
        slots["evidence"][chosen] = np.where(told, near[np.arange(len(near)), best], NO_ITEM)
        slots["code"][chosen] = Code.BECAUSE_YOU_BOUGHT
