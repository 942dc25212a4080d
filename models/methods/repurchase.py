"""Repurchase, answering: what the customer buys again and again, the sooner the more it is due."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import best_per_query
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots

# One item of one customer, as the learning half stores it; times in the shop's unit.
OWNED = np.dtype(
    [
        ("strength", "<f4"),  # decayed number of orders at the reference time
        ("age", "<f4"),  # reference time minus the last purchase
        ("interval", "<f4"),  # expected time between purchases, shrunk to the item's and the shop's
        ("gap", "<f4"),  # the customer's own mean time between purchases, NaN below three purchases
        ("count", "<f4"),  # orders that held it
    ]
)


class Repurchase:
    """`indptr` int64 (C + 1), `items` int32: each customer's strongest items, ascending; `owned` OWNED beside them;

    `settings` float32 (1,): how much due counts, 0 (not at all) to 1.
    """

    name: ClassVar[str] = "repurchase"

    def __init__(self, arrays: Arrays) -> None:
        self._owned = arrays["owned"]
        self._items = Ragged(arrays["indptr"], arrays["items"])
        self._due_weight = float(arrays["settings"][0])

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        spans = self._items.spans(batch.customers)
        owned, query = self._owned[spans.values], spans.queries()
        due = dueness(owned["age"] + batch.elapsed[query], owned["interval"], self._due_weight)
        return best_per_query(
            len(batch),
            query=query,
            items=self._items.values[spans.values],
            scores=owned["strength"] * due,
            depth=depth,
            method=METHOD_NUMBER[self.name],
        )

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        place = self._items.find(batch.customers, slots["item"])
        owned = self._owned[place[chosen]]
        regular = np.isfinite(owned["gap"])
        slots["code"][chosen] = np.where(regular, Code.BUY_AGAIN, Code.BOUGHT_BEFORE)
        slots["n1"][chosen] = np.where(regular, owned["gap"], owned["count"])
        slots["n2"][chosen] = np.where(regular, owned["age"], 0.0)


def dueness(age: NDArray[np.floating], interval: NDArray[np.floating], weight: float) -> NDArray[np.floating]:
    """From 1 - weight just after a purchase towards 1 as age passes the usual interval (same shape as `age`)."""
    ratio = np.maximum(age, 0.0) / interval
    due: NDArray[np.floating] = 1.0 - weight * np.exp(-(ratio**2))
    return due
