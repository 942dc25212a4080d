"""Ranked lists whose reason is taste: what factor models share."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.methods.base import Shop, ranked_rows
from models.reasons import Code
from models.slots import NO_ITEM, Slots

# How many of a customer's items, most often bought first, may be named as evidence.
EVIDENCE_ITEMS = 100


class FromTaste:
    """`rows` SLOT (C, D): each customer's best items; `factors` float32 (N, f), whitened by (Y'Y + reg I)^-1/2.

    A customer's score is a sum over the items bought (Hu et al., section 5); its first-order term for bought item j
    and recommended item i is z_i . z_j with whitened factors z, which is what `explain` compares.
    """

    name: ClassVar[str]

    def __init__(self, arrays: Arrays, shop: Shop) -> None:
        self._rows = arrays.get("rows")
        self._factors: NDArray[np.float32] = arrays["factors"]
        self._history = shop.history

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        return cls(arrays, shop)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        return ranked_rows(self._rows, batch.customers, depth)

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        slots["code"][chosen] = Code.TASTE
        for query in np.flatnonzero(chosen.any(axis=1)):
            span = self._history.of(int(batch.customers[query]))
            owned = self._most_bought(span)
            items = slots["item"][query, chosen[query]]
            strength = self._factors[items] @ self._factors[owned].T
            strength[items[:, None] == owned] = -np.inf
            best = strength.argmax(axis=1) if len(owned) else np.zeros(len(items), np.intp)
            told = strength.max(axis=1, initial=-np.inf) > 0
            slots["evidence"][query, chosen[query]] = np.where(told, owned[best] if len(owned) else NO_ITEM, NO_ITEM)

    def _most_bought(self, span: slice) -> NDArray[np.int32]:
        order = np.argsort(-self._history.count[span], kind="stable")[:EVIDENCE_ITEMS]
        return self._history.items.values[span][order]
