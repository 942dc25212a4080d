"""Looked at, answering: what the customer looked at lately and has not bought."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import best_of_lists
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots


class LookedAt:
    """`indptr` int64 (C + 1), `items` int32: each customer's items, ascending; beside them `scores` float32, 0..1,

    and `times` float32: how many events.
    """

    name: ClassVar[str] = "looked_at"

    def __init__(self, arrays: Arrays) -> None:
        self._items = Ragged(arrays["indptr"], arrays["items"])
        self._scores: NDArray[np.float32] = arrays["scores"]
        self._times: NDArray[np.float32] = arrays["times"]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        number = METHOD_NUMBER[self.name]
        return best_of_lists(self._items, self._scores, batch.customers, depth, method=number)

    def knows(self, customers: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each customer looked at the item, (B, K)."""
        found: NDArray[np.bool_] = self._items.find(customers, items) >= 0
        return found

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        place = self._items.find(batch.customers, slots["item"])[chosen]
        slots["code"][chosen] = Code.LOOKED_AT
        slots["n1"][chosen] = np.where(place >= 0, np.append(self._times, np.float32(0.0))[place], 0.0)
