"""Ranked lists whose reason is one thing the customer bought: what item-kNN and ridge share."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.cut import padded
from models.methods.base import METHOD_NUMBER, Shop, ranked_rows
from models.neighbours import Neighbours
from models.reasons import Code
from models.slots import NO_ITEM, Slots, copied, picked, put

# Neighbours of each item just viewed that count: a request gathers them live.
SESSION_NEIGHBOURS = 30
# Neighbours looked at together, in search of those that were bought.
LOOKED_AT = 1 << 22


class FromBought:
    """`items`, `scores` (N, K): for each item those that speak for it, the strongest first, -1 padded;

    `rows` SLOT (C, D): each customer's best items that were not bought before.
    """

    name: ClassVar[str]

    def __init__(self, arrays: Arrays, shop: Shop) -> None:
        self._rows = arrays.get("rows")
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self._history = shop.history

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        return cls(arrays, shop)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        """For each query the neighbours of its anchors, else of `recent`, else the customer's ranked list."""
        anchored, viewed = batch.anchors.lengths > 0, batch.recent.lengths > 0
        if anchored.all():
            return self._of_anchors(batch, depth)
        found = ranked_rows(self._rows, batch.customers, depth)
        if viewed.any():
            found = _instead(found, self.of_recent(batch, depth), viewed)
        if anchored.any():
            found = _instead(found, self._of_anchors(batch, depth), anchored)
        return found

    def of_recent(self, batch: Batch, depth: int) -> Slots:
        """Neighbours of the items just viewed, the latest weighing most."""
        position = np.arange(len(batch.recent.values)) - batch.recent.indptr[:-1].repeat(batch.recent.lengths)
        weights = 1.0 / (1.0 + position)
        return self.neighbours.gather(
            batch.recent,
            depth,
            method=METHOD_NUMBER[self.name],
            weights=weights,
            nearest=SESSION_NEIGHBOURS,
            code=int(Code.BECAUSE_YOU_VIEWED),
        )

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """Slots that came with an anchor name it; others name the bought item that speaks for them the most."""
        listed = chosen & (slots["evidence"] < 0)
        slots["code"][chosen] = Code.SIMILAR
        slots["code"][listed] = Code.BECAUSE_YOU_BOUGHT
        slots["evidence"][listed] = self._nearest_bought(batch.customers[np.nonzero(listed)[0]], slots["item"][listed])

    def _of_anchors(self, batch: Batch, depth: int) -> Slots:
        return self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name])

    def _nearest_bought(self, customers: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.int32]:
        """For each item the nearest of its neighbours that the customer bought, -1 if none. (n,)"""
        nearest = np.full(len(items), NO_ITEM, np.int32)
        step = max(LOOKED_AT // max(self.neighbours.items.shape[1], 1), 1)
        for start in range(0, len(items), step):
            rows = slice(start, start + step)
            near = self.neighbours.items[items[rows]]
            bought = self._history.owned(customers[rows], near)
            first = near[np.arange(len(near)), bought.argmax(axis=1)]
            nearest[rows] = np.where(bought.any(axis=1), first, NO_ITEM)
        return nearest


def _instead(found: Slots, other: Slots, chosen: NDArray[np.bool_]) -> Slots:
    """`other` in the chosen rows, `found` elsewhere."""
    width = max(found.shape[1], other.shape[1])
    merged = copied(padded(found, width))
    put(merged, (chosen,), padded(picked(other, chosen), width))
    return merged
