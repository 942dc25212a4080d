"""Merging two scored lists of each query into one by adding what each gives an item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.slots import NO_ITEM, Slots, beside

Parts = NDArray[np.floating]


def summed(first: Slots, first_part: Parts, second: Slots, second_part: Parts) -> Slots:
    """Every item of either list once, best sum of parts first, (B, D1 + D2); ties stay in the order given.

    Parts have the shape of their list and count where an item stands. An item in both keeps the method and the
    reason of the list that gives it more; `score` is the sum.
    """
    both = beside(first, second)
    items = both["item"].copy()
    total = np.where(items == NO_ITEM, -np.inf, np.concatenate([first_part, second_part], axis=1, dtype=np.float64))
    start = np.arange(len(both))[:, None] * both.shape[1]
    # Places count through all rows from here on. Sorted by item, one that is in both lists stands beside itself.
    by_item = items.argsort(axis=1, kind="stable") + start
    ordered = items.take(by_item)
    twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != NO_ITEM)).nonzero()
    kept, added = by_item[:, :-1][twice], by_item[:, 1:][twice]
    source, sums = np.arange(total.size), total.reshape(-1)
    source[kept] = np.where(sums[added] > sums[kept], added, kept)
    sums[kept] += sums[added]
    sums[added] = -np.inf
    ranked = (-total).argsort(axis=1, kind="stable") + start
    merged: Slots = both.take(source.take(ranked))
    merged["score"] = total.take(ranked)
    np.copyto(merged["item"], NO_ITEM, where=merged["score"] == -np.inf)
    return merged
