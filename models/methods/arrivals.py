"""Arrivals, answering: the new items that suit each customer, ranked and explained in training."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import Shop, ranked_rows
from models.reasons import Code
from models.slots import Slots


class Arrivals:
    """`rows` SLOT (C, D): each customer's best of the items that are new in the shop, with reasons."""

    name: ClassVar[str] = "arrivals"

    def __init__(self, arrays: Arrays) -> None:
        self._rows = arrays.get("rows")

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        return ranked_rows(self._rows, batch.customers, depth)

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        slots["code"][chosen] = Code.NEW_ARRIVAL
