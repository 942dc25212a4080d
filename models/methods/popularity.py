"""Popularity, answering: presorted lists of the shop, of each category, of what trends and of what is new."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import METHOD_NUMBER, Shop
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots, empty_slots


class Popularity:
    """`popular`, `trending`, `new_arrivals` int32: item rows, best first; `score` float32 (N,): decayed customers;

    `customers` float32 (N,): how many customers bought the item; `category_indptr`, `category_items`: each node's
    best sellers, its subtree's items included (absent without a category column).
    """

    name: ClassVar[str] = "popularity"

    def __init__(self, arrays: Arrays) -> None:
        self.lists: dict[str, NDArray[np.int32]] = {
            name: arrays[name] for name in ("popular", "trending", "new_arrivals")
        }
        self.customers: NDArray[np.float32] = arrays["customers"]
        self._score: NDArray[np.float32] = arrays["score"]
        self.by_category = (
            Ragged(arrays["category_indptr"], arrays["category_items"]) if "category_indptr" in arrays else None
        )

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def category(self, node: int) -> NDArray[np.int32]:
        """The best sellers under a category node."""
        if self.by_category is None:
            return self.lists["popular"][:0]
        return self.by_category.values[self.by_category.indptr[node] : self.by_category.indptr[node + 1]]

    def candidates(self, batch: Batch, depth: int) -> Slots:
        best = self.lists["popular"][:depth]
        slots = empty_slots(len(batch), len(best))
        slots["item"] = best
        slots["score"] = self._score[best]
        slots["method"] = METHOD_NUMBER[self.name]
        return slots

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        slots["code"][chosen] = Code.POPULAR
        slots["n1"][chosen] = self.customers[slots["item"][chosen]]
