"""Content, answering: items alike in category, brand, title and price; what nobody bought yet is among them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import Shop
from models.methods.bought import FromBought
from models.reasons import BRAND, CATEGORY, PRICE, WORDS, Code
from models.slots import Slots

__all__ = ["BRAND", "CATEGORY", "PRICE", "WORDS", "Content"]


class Content(FromBought):
    """`scores`: how alike two items are; `shared` uint8 (N, K): in what, a sum of CATEGORY, BRAND, WORDS and PRICE."""

    name: ClassVar[str] = "content"

    def __init__(self, arrays: Arrays, shop: Shop) -> None:
        super().__init__(arrays, shop)
        self._shared: NDArray[np.uint8] = arrays["shared"]

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """As FromBought, and in what the item and the evidence are alike."""
        super().explain(batch, slots, chosen)
        told = slots["code"]
        told[chosen & (told == Code.SIMILAR)] = Code.ALIKE
        told[chosen & (told == Code.BECAUSE_YOU_BOUGHT)] = Code.ALIKE_BOUGHT
        slots["n1"][chosen] = self.shared(slots["item"][chosen], slots["evidence"][chosen])

    def shared(self, items: NDArray[np.int32], evidence: NDArray[np.int32]) -> NDArray[np.uint8]:
        """What each item has in common with its evidence, whichever of the two lists the other. (n,)"""
        found: NDArray[np.uint8] = np.maximum(self._listed(items, evidence), self._listed(evidence, items))
        return found

    def _listed(self, items: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.uint8]:
        pair = (self.neighbours.items[items] == others[:, None]) & (others >= 0)[:, None] & (items >= 0)[:, None]
        told: NDArray[np.uint8] = (self._shared[items] * pair).max(axis=1, initial=0)
        return told
