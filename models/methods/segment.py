"""Segment, answering: best sellers among customers who share an attribute with this one."""

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


class Segment:
    """`segment` int32 (C,): of each customer, -1 none; `indptr` int64 (S + 1), `items` int32: the best of each segment;

    beside them `scores` and `customers` float32: how many customers of the segment bought the item.
    """

    name: ClassVar[str] = "segment"

    def __init__(self, arrays: Arrays) -> None:
        self._segment: NDArray[np.int32] = arrays["segment"]
        self._items = Ragged(arrays["indptr"], arrays["items"])
        self._scores: NDArray[np.float32] = arrays["scores"]
        self._customers: NDArray[np.float32] = arrays["customers"]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        number = METHOD_NUMBER[self.name]
        return best_of_lists(self._items, self._scores, self._of(batch), depth, method=number)

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        slots["code"][chosen] = Code.POPULAR_IN_SEGMENT
        slots["n1"][chosen] = self._buyers(batch, slots)[chosen]

    def _of(self, batch: Batch) -> NDArray[np.int32]:
        """The segment of each query's customer, -1 none."""
        return np.where(batch.customers >= 0, np.append(self._segment, np.int32(-1))[batch.customers], np.int32(-1))

    def _buyers(self, batch: Batch, slots: Slots) -> NDArray[np.float32]:
        """How many customers of the query's segment bought each item, 0 where it is not listed. (B, K)"""
        wanted, listed = slots["item"], self._items.take(self._of(batch))
        counts = self._customers[self._items.spans(self._of(batch)).values]
        span = int(max(listed.values.max(initial=-1), wanted.max(initial=-1))) + 2
        keys = listed.queries() * span + listed.values
        order = np.argsort(keys)
        sought = np.arange(len(wanted))[:, None] * span + wanted
        place = np.append(order, 0).take(np.searchsorted(keys[order], sought), mode="clip")
        found = (np.append(keys, -1)[place] == sought) & (wanted >= 0)
        return np.where(found, np.append(counts, np.float32(0.0))[place], np.float32(0.0))
