"""Repurchase, learning: decayed own purchases and the usual interval of every item (Bhagat et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.methods.repurchase import OWNED
from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.popularity import decayed_sales

# Purchases after which a customer's own interval outweighs the item's, and an item's outweighs the shop's.
OWN_SHRINKAGE = 2.0
ITEM_SHRINKAGE = 10.0
# The most items of a customer that are kept, strongest first.
DEPTH = 200
# Popularity only breaks ties: at most this share of one purchase.
TIE_BREAK = 0.05


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct (customer, item) pairs, sorted; times in the shop's unit, all arrays (P,)."""

    customer: NDArray[np.int32]
    item: NDArray[np.int32]
    count: NDArray[np.float32]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    strength: NDArray[np.float64]

    @property
    def gaps(self) -> NDArray[np.float64]:
        """The sum of the times between a pair's purchases."""
        return self.last - self.first


class Repurchase:
    name: ClassVar[str] = "repurchase"

    def __init__(self, half_life: float = 90.0, due_weight: float = 0.5, depth: int = DEPTH) -> None:
        self.half_life = half_life
        self.due_weight = due_weight
        self.depth = depth

    def fit(self, dataset: Dataset) -> Self:
        pairs = purchase_pairs(dataset, self.half_life)
        popular = decayed_sales(dataset, self.half_life)
        strength = pairs.strength + TIE_BREAK * popular[pairs.item] / max(float(popular.max(initial=0.0)), 1e-9)
        owned = np.zeros(len(pairs.item), OWNED)
        owned["strength"] = strength
        owned["age"] = dataset.reference - pairs.last
        owned["interval"] = usual_intervals(pairs, dataset.n_items)
        own_mean = pairs.gaps / np.maximum(pairs.count - 1, 1)
        owned["gap"] = np.where((pairs.count > 2) & (own_mean > 0), own_mean, np.nan)
        owned["count"] = pairs.count
        kept, self.indptr_ = strongest(owned["strength"], pairs.customer, dataset.n_customers, self.depth)
        self.items_, self.owned_ = pairs.item[kept], owned[kept]
        return self

    def arrays(self) -> Learned:
        return {
            "items": self.items_,
            "owned": self.owned_,
            "indptr": self.indptr_,
            "settings": np.array([self.due_weight], np.float32),
        }


def purchase_pairs(dataset: Dataset, half_life: float) -> Pairs:
    """Each customer's items with the orders that held them; `strength` halves every `half_life`."""
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    order = np.lexsort((lines.order, lines.item, lines.customer))
    customer, item, number, time = (x[order] for x in (lines.customer, lines.item, lines.order, lines.time))
    same = (np.diff(customer) == 0) & (np.diff(item) == 0)
    fresh = np.append(True, ~(same & (np.diff(number) == 0)))[: len(customer)]
    customer, item, time = customer[fresh], item[fresh], time[fresh]
    starts = np.append(True, (np.diff(customer) != 0) | (np.diff(item) != 0))[: len(customer)]
    begin = np.flatnonzero(starts)
    if not len(begin):
        none = np.empty(0)
        return Pairs(none.astype(np.int32), none.astype(np.int32), none.astype(np.float32), none, none, none)
    weight = np.exp2(-(dataset.reference - time) / half_life)
    return Pairs(
        customer=customer[begin],
        item=item[begin],
        count=np.diff(np.append(begin, len(customer))).astype(np.float32),
        first=np.minimum.reduceat(time, begin),
        last=np.maximum.reduceat(time, begin),
        strength=np.add.reduceat(weight, begin),
    )


def usual_intervals(pairs: Pairs, n_items: int) -> NDArray[np.float64]:
    """Each pair's expected time between purchases: its own mean shrunk to the item's, that to the shop's."""
    repeats = pairs.count - 1
    shop = pairs.gaps.sum() / repeats.sum() if repeats.sum() > 0 and pairs.gaps.sum() > 0 else 1.0
    item_gaps = np.bincount(pairs.item, pairs.gaps, n_items)
    item_repeats = np.bincount(pairs.item, repeats, n_items)
    of_item = (item_gaps + ITEM_SHRINKAGE * shop) / (item_repeats + ITEM_SHRINKAGE)
    return (pairs.gaps + OWN_SHRINKAGE * of_item[pairs.item]) / (repeats + OWN_SHRINKAGE)


def strongest(
    strength: NDArray[np.floating], customer: NDArray[np.int32], n_customers: int, depth: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which entries are among the `depth` strongest of their customer (ascending), and where each customer's begin."""
    count = np.bincount(customer, minlength=n_customers)
    by_strength = np.lexsort((-strength, customer))
    rank = np.arange(len(strength)) - np.repeat(np.cumsum(count) - count, count)
    indptr = np.append(0, np.cumsum(np.minimum(count, depth))).astype(np.int64)
    return np.sort(by_strength[rank < depth]), indptr
