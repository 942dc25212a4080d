"""TIFU, answering: own habits and those of customers alike, ranked in training (Hu et al. 2020)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.history import History
from models.methods.base import Shop, ranked_rows
from models.reasons import Code
from models.slots import Slots


class TIFU:
    """`rows` SLOT (C, D): each customer's best items, own purchases and others."""

    name: ClassVar[str] = "tifu"

    def __init__(self, arrays: Arrays, history: History) -> None:
        self._rows = arrays.get("rows")
        self._history = history

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        return cls(arrays, shop.history)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        return ranked_rows(self._rows, batch.customers, depth)

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """That it was bought before, or that customers alike buy it, which no single item stands for."""
        place = self._history.positions(batch.customers, slots["item"])[chosen]
        count = np.append(self._history.count, np.float32(0.0))
        slots["code"][chosen] = np.where(place >= 0, Code.BOUGHT_BEFORE, Code.TASTE)
        slots["n1"][chosen] = np.where(place >= 0, count[place], 0.0)
