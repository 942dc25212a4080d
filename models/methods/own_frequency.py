"""Own frequency, answering: what the customer bought most often, as a shop counts it by hand."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.history import History
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import best_of_lists
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots


class OwnFrequency:
    """`indptr` int64 (C + 1), `items` int32: each customer's strongest items, ascending; `scores` float32 of them."""

    name: ClassVar[str] = "own_frequency"

    def __init__(self, arrays: Arrays, history: History) -> None:
        self._items = Ragged(arrays["indptr"], arrays["items"])
        self._scores: NDArray[np.float32] = arrays["scores"]
        self._history = history

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        return cls(arrays, shop.history)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        number = METHOD_NUMBER[self.name]
        return best_of_lists(self._items, self._scores, batch.customers, depth, method=number)

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """How many orders held it."""
        bought = self._history.positions(batch.customers, slots["item"])[chosen]
        slots["code"][chosen] = Code.BOUGHT_BEFORE
        slots["n1"][chosen] = self._history.count[bought]
