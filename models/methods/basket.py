"""Basket, answering: items that share orders with the anchors (shrunk asymmetric cosine)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.merge import summed
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import Neighbours, best_per_query
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots


class Basket:
    """`items`, `scores` (N, K): each item's complements; `orders` int32 (N, K): orders that held both;

    `own_indptr` int64 (C + 1), `own_items` int32, `own_scores` float32: what each customer usually buys, on the same
    scale, so that a basket is completed with this customer's habits too.
    """

    name: ClassVar[str] = "basket"

    def __init__(self, arrays: Arrays) -> None:
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self._orders: NDArray[np.int32] = arrays["orders"]
        self._own = Ragged(arrays["own_indptr"], arrays["own_items"])
        self._own_scores: NDArray[np.float32] = arrays["own_scores"]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        together = self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name])
        own = self._usual(batch, depth)
        return summed(together, together["score"], own, own["score"])[:, :depth] if own.size else together

    def _usual(self, batch: Batch, depth: int) -> Slots:
        """What the customers who ask about anchors usually buy; the reasons are the repurchase method's."""
        spans = self._own.spans(np.where(batch.anchors.lengths > 0, batch.customers, -1))
        return best_per_query(
            len(batch),
            query=spans.queries(),
            items=self._own.values[spans.values],
            scores=self._own_scores[spans.values],
            depth=depth,
            method=METHOD_NUMBER["repurchase"],
        )

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        anchors = slots["evidence"][chosen]
        pair = self.neighbours.items[anchors] == slots["item"][chosen][:, None]
        slots["n1"][chosen] = (self._orders[anchors] * pair).max(axis=1, initial=0)
        slots["code"][chosen] = Code.BOUGHT_TOGETHER
