"""Basket, answering: items that share orders with the anchors (shrunk asymmetric cosine), and what is usual."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.merge import summed
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import Neighbours, best_per_query
from models.ragged import Ragged
from models.reasons import Code
from models.slots import NO_ITEM, Slots, reordered

# Associations this weak count as none.
LEAST_ASSOCIATION = 1e-3


class Basket:
    """`items`, `scores` (N, K): each item's complements; `orders` int32 (N, K): orders that held both;

    `sold` int32 (N,): orders that held the item, `n_orders` int64 (1,): all orders, both None in older bundles;
    `own_indptr` int64 (C + 1), `own_items` int32, `own_scores` float32: what each customer usually buys, on the same
    scale, so that a basket is completed with this customer's habits too.

    `link_weights` float32 (3,), `item_scores` float32 (N,): how much the links with the anchors count, and the item
    itself, where baskets taught that; both empty where not, and then the associations' sums count as they are.
    """

    name: ClassVar[str] = "basket"

    def __init__(self, arrays: Arrays) -> None:
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self.orders: NDArray[np.int32] = arrays["orders"]
        self.sold: NDArray[np.int32] | None = arrays.get("sold")
        self.n_orders = int(arrays["n_orders"][0]) if "n_orders" in arrays else None
        self._own = Ragged(arrays["own_indptr"], arrays["own_items"])
        self._own_scores: NDArray[np.float32] = arrays["own_scores"]
        # Bundles of before baskets taught have neither.
        self._link_weights: NDArray[np.float32] = arrays.get("link_weights", np.empty(0, np.float32))
        self._item_scores: NDArray[np.float32] = arrays.get("item_scores", np.empty(0, np.float32))

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        taught = len(self._link_weights) > 0
        together = self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name], keep_largest=taught)
        own = self._usual(batch, depth)
        if not taught:
            return summed(together, together["score"], own, own["score"])[:, :depth] if own.size else together
        links = (link_features(together["score"], together["n1"]) * self._link_weights).sum(axis=-1)
        found = summed(together, links, own, own["score"])
        total = np.where(found["item"] == NO_ITEM, -np.inf, found["score"] + self._item_scores[found["item"]])
        found["score"] = total
        order = np.argsort(-total, axis=1, kind="stable")[:, :depth]
        return reordered(found, order)

    def _usual(self, batch: Batch, depth: int) -> Slots:
        """What the customers who ask about anchors usually buy; the reasons are the repurchase method's."""
        spans = self._own.spans(np.where(batch.anchors.lengths > 0, batch.customers, -1))
        return best_per_query(
            len(batch),
            query=spans.queries(),
            items=self._own.values[spans.values],
            scores=self._own_scores[spans.values],
            depth=depth,
            method=METHOD_NUMBER["repurchase"],
        )

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        anchors = slots["evidence"][chosen]
        pair = self.neighbours.items[anchors] == slots["item"][chosen][:, None]
        slots["n1"][chosen] = (self.orders[anchors] * pair).max(axis=1, initial=0)
        slots["code"][chosen] = Code.BOUGHT_TOGETHER


def link_features(total: NDArray[np.floating], most: NDArray[np.floating]) -> NDArray[np.floating]:
    """Of the sum of an item's associations with the anchors and the largest of them, (..., 3); zeros for no link."""
    linked = total > 0
    parts = (np.log1p(np.where(linked, each, 0.0) / LEAST_ASSOCIATION) for each in (total, most))
    return np.stack([*parts, linked.astype(np.float64)], axis=-1)
