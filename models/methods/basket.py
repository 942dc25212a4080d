"""Basket, answering: items that share orders with the anchors (shrunk asymmetric cosine)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import Neighbours
from models.reasons import Code
from models.slots import Slots


class Basket:
    """`items`, `scores` (N, K): each item's complements; `orders` int32 (N, K): orders that held both."""

    name: ClassVar[str] = "basket"

    def __init__(self, arrays: Arrays) -> None:
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self._orders: NDArray[np.int32] = arrays["orders"]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        return self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name])

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        anchors = slots["evidence"][chosen]
        pair = self.neighbours.items[anchors] == slots["item"][chosen][:, None]
        slots["n1"][chosen] = (self._orders[anchors] * pair).max(axis=1, initial=0)
        slots["code"][chosen] = Code.BOUGHT_TOGETHER
