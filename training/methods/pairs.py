"""Pairs: what is known of each customer's item: how often, since when, how lately, how regularly it was bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.sorting import lexicographic_order
from training.dataset import Dataset

# Purchases after which a customer's own interval outweighs the item's, and an item's outweighs the shop's.
OWN_SHRINKAGE = 2.0
ITEM_SHRINKAGE = 10.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Distinct (customer, item) pairs of known customers, sorted; times in the shop's unit, all arrays (P,)."""

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


def purchase_pairs(dataset: Dataset, half_life: float) -> Pairs:
    """Each customer's items with the orders that held them; `strength` counts them, halved every `half_life`."""
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    order = lexicographic_order(lines.order, lines.customer.astype(np.int64) * dataset.n_items + lines.item)
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


def repeat_shares(pairs: Pairs, n_items: int) -> NDArray[np.float64]:
    """The share of each item's buyers who bought it again, shrunk to the shop's. (N,)"""
    again = pairs.count > 1
    shop = again.mean() if len(again) else 0.0
    buyers = np.bincount(pairs.item, minlength=n_items)
    return (np.bincount(pairs.item, again, n_items) + ITEM_SHRINKAGE * shop + 0.01) / (buyers + ITEM_SHRINKAGE)


def strongest(
    strength: NDArray[np.floating], customer: NDArray[np.int32], n_customers: int, depth: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which entries are among the `depth` strongest of their customer (ascending), and where each customer's begin."""
    count = np.bincount(customer, minlength=n_customers)
    by_strength = lexicographic_order(-strength, customer)
    rank = np.arange(len(strength)) - np.repeat(np.cumsum(count) - count, count)
    indptr = np.append(0, np.cumsum(np.minimum(count, depth))).astype(np.int64)
    return np.sort(by_strength[rank < depth]), indptr
