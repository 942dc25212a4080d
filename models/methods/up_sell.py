"""Up-sell, answering: dearer substitutes of the anchor at a price this customer would plausibly pay."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import Neighbours
from models.reasons import Code
from models.slots import Slots, reordered

# Above the customer's usual price tier (a share of 0..1 of the category's price range) the score halves
# about every so much; at or below it nothing is taken off.
TIER_SOFTNESS = 0.35


class UpSell:
    """`items`, `scores`, `ratio` (N, K): trade-ups of each item and their price over the item's own;

    `tier` float32 (N,): price percentile within the category, NaN unknown; `customer_tier` float32 (C,): the mean
    percentile of what a customer paid for.
    """

    name: ClassVar[str] = "up_sell"

    def __init__(self, arrays: Arrays) -> None:
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self._ratio: NDArray[np.float32] = arrays["ratio"]
        self._tier: NDArray[np.float32] = arrays["tier"]
        self._customer_tier: NDArray[np.float32] = arrays["customer_tier"]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        slots = self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name])
        if not slots.size or not len(self._customer_tier):
            return slots
        usual = np.where(batch.customers < 0, np.nan, self._customer_tier[np.maximum(batch.customers, 0)])
        above = np.nan_to_num(self._tier[slots["item"]] - usual[:, None]).clip(0.0)
        slots["score"] *= np.exp2(-((above / TIER_SOFTNESS) ** 2))
        slots["score"][slots["item"] < 0] = -np.inf
        order = np.lexsort((slots["item"], -slots["score"]), axis=1)
        return reordered(slots, order)

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        anchors = slots["evidence"][chosen]
        pair = self.neighbours.items[anchors] == slots["item"][chosen][:, None]
        slots["n1"][chosen] = (self._ratio[anchors] * pair).max(axis=1, initial=0.0)
        slots["code"][chosen] = Code.TRADE_UP
