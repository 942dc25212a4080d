"""Basket, answering: what is bought together with the anchors, and what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.merge import summed
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import Neighbours, best_of_lists, best_per_query
from models.ragged import Ragged
from models.reasons import Code
from models.slots import NO_ITEM, Slots, empty_slots, reordered
from models.sorting import lexicographic_order, stable_order

# Associations this weak count as none.
LEAST_ASSOCIATION = 1e-3


class Basket:
    """`items`, `scores` (N, K): each item's complements; `orders` int32 (N, K): orders that held both;

    `sold` int32 (N,): orders that held the item, `n_orders` int64 (1,): all orders, both None in older bundles;
    `own_indptr` int64 (C + 1), `own_items` int32, `own_scores` float32: what each customer usually buys, on the same
    scale, so that a basket is completed with this customer's habits too.

    `link_weights` float32 (3 or 6,), `item_scores` float32 (N,): how much the links with the anchors count, and the
    item itself, where baskets taught that; both empty where not, and then the associations' sums count as they are.
    `ridge` float32 (N, K), with 6 weights: what each pair is worth beside the other items of a basket.
    """

    name: ClassVar[str] = "basket"

    def __init__(self, arrays: Arrays) -> None:
        self.neighbours = Neighbours(arrays["items"], arrays["scores"])
        self.orders: NDArray[np.int32] = arrays["orders"]
        self.sold: NDArray[np.int32] | None = arrays.get("sold")
        self.n_orders = int(arrays["n_orders"][0]) if "n_orders" in arrays else None
        self._own = Ragged(arrays["own_indptr"], arrays["own_items"])
        self._own_scores: NDArray[np.float32] = arrays["own_scores"]
        # Bundles of before baskets taught have neither, and the first of those no ridge.
        self._link_weights: NDArray[np.float32] = arrays.get("link_weights", np.empty(0, np.float32))
        self._item_scores: NDArray[np.float32] = arrays.get("item_scores", np.empty(0, np.float32))
        self._kinds = [arrays[kind] for kind in ("scores", "ridge") if kind in arrays]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:  # noqa: ARG003 - the contract of all methods
        return cls(arrays)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        own = self._usual(batch, depth)
        if not len(self._link_weights):
            together = self.neighbours.gather(batch.anchors, depth, method=METHOD_NUMBER[self.name])
            return summed(together, together["score"], own, own["score"])[:, :depth] if own.size else together
        together = self._linked(batch, depth)
        found = summed(together, together["score"], own, own["score"])
        total = np.where(found["item"] == NO_ITEM, -np.inf, found["score"] + self._item_scores[found["item"]])
        found["score"] = total
        order = np.argsort(-total, axis=1, kind="stable")[:, :depth]
        return reordered(found, order)

    def _linked(self, batch: Batch, depth: int) -> Slots:
        """What anchors link to, by what baskets taught of links."""
        found = links(self.neighbours.items, self._kinds, batch.anchors, self._link_weights)
        if not len(found.item):
            return empty_slots(len(batch), 0)
        return best_per_query(
            len(batch),
            query=found.query,
            items=found.item,
            scores=_weighed(found.features, self._link_weights),
            evidence=found.strongest,
            depth=depth,
            method=METHOD_NUMBER[self.name],
        )

    def _usual(self, batch: Batch, depth: int) -> Slots:
        """What the customers who ask about anchors usually buy; the reasons are the repurchase method's."""
        asking = np.where(batch.anchors.lengths > 0, batch.customers, -1)
        return best_of_lists(self._own, self._own_scores, asking, depth, method=METHOD_NUMBER["repurchase"])

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:  # noqa: ARG002
        anchors = slots["evidence"][chosen]
        pair = self.neighbours.items[anchors] == slots["item"][chosen][:, None]
        slots["n1"][chosen] = (self.orders[anchors] * pair).max(axis=1, initial=0)
        slots["code"][chosen] = Code.BOUGHT_TOGETHER


class Links(NamedTuple):
    """What anchors link to, ascending by query and item, all (n,) but `features` (n, 3 a kind of association).

    `strongest`: the anchor that would say most if it were the only one; any of them where nothing is weighed.
    """

    query: NDArray[np.int64]
    item: NDArray[np.int64]
    features: NDArray[np.float64]
    strongest: NDArray[np.int32]


def links(
    items: NDArray[np.int32],
    kinds: Sequence[NDArray[np.float32]],
    anchors: Ragged,
    weights: NDArray[np.float32] | None = None,
) -> Links:
    """`items` (N, K): of each item, -1 padded; `kinds`: associations beside them, (N, K) each."""
    related = items[anchors.values]
    entry = (related >= 0).ravel().nonzero()[0]
    anchor = entry // max(related.shape[1], 1)
    given = [kind[anchors.values].take(entry) for kind in kinds]
    keys = anchors.queries().take(anchor) * len(items) + related.take(entry)
    if weights is None:
        order = stable_order(keys)
    else:
        alone = _weighed(np.concatenate([link_features(each, each) for each in given], axis=1), weights)
        order = lexicographic_order(alone, keys)
    keys = keys.take(order)
    start = np.diff(keys, prepend=-1).nonzero()[0]
    parts = [_sum_and_most(each.take(order), start) for each in given]
    query, item = np.divmod(keys.take(start), len(items))
    stop = np.append(start, len(keys))[1:]
    strongest = anchors.values.take(anchor.take(order.take(stop - 1)))
    return Links(query, item, np.concatenate(parts, axis=1), strongest)


def _sum_and_most(given: NDArray[np.float32], start: NDArray[np.int64]) -> NDArray[np.float64]:
    """The features of runs of associations."""
    return link_features(np.add.reduceat(given, start), np.maximum.reduceat(given, start))


def link_features(total: NDArray[np.floating], most: NDArray[np.floating]) -> NDArray[np.float64]:
    """Of the sum of an item's associations with the anchors and the largest of them, (..., 3); zeros for no link."""
    linked = total > 0
    parts = (np.log1p(np.where(linked, each, 0.0) / LEAST_ASSOCIATION) for each in (total, most))
    return np.stack([*parts, linked.astype(np.float64)], axis=-1)


def _weighed(features: NDArray[np.float64], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """No matrix product: its rounding depends on how many rows there are, and one query is one of a batch."""
    weighed: NDArray[np.float64] = (features * weights).sum(axis=1)
    return weighed
