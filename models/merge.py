"""Merging two scored lists of each query into one by adding what each gives an item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.slots import NO_ITEM, Slots

Parts = NDArray[np.floating]


def summed(first: Slots, first_part: Parts, second: Slots, second_part: Parts) -> Slots:
    """Every item of either list once, best sum of parts first, (B, D1 + D2); ties stay in the order given.

    Parts have the shape of their list and count where an item stands. An item in both keeps the method and the
    reason of the list that gives it more; `score` is the sum.
    """
    both = np.concatenate([first, second], axis=1)
    total = np.concatenate([first_part, second_part], axis=1).astype(np.float64)
    row, place, twin = _shared(first, second)
    taken = first.shape[1] + place
    stronger = total[row, taken] > total[row, twin]
    both[row[stronger], twin[stronger]] = both[row[stronger], taken[stronger]]
    total[row, twin] += total[row, taken]
    both["item"][row, taken] = NO_ITEM
    total[both["item"] == NO_ITEM] = -np.inf
    both["score"] = total
    order = np.argsort(-total, axis=1, kind="stable")
    merged: Slots = both[np.arange(len(both))[:, None], order] if len(both) > 1 else both[0].take(order)
    return merged


def _shared(first: Slots, second: Slots) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The items in both lists of a row: row numbers, places in `second`, places in `first`."""
    none = np.empty(0, np.intp)
    if not first.size or not second.size:
        return none, none, none
    span = int(max(first["item"].max(), second["item"].max())) + 2
    start = np.arange(len(first))[:, None] * span
    keys, sought = (start + first["item"]).ravel(), start + second["item"]
    order = np.argsort(keys)
    found = order.take(np.searchsorted(keys, sought, sorter=order), mode="clip")
    row, place = np.nonzero((second["item"] != NO_ITEM) & (keys[found] == sought))
    return row, place, found[row, place] % first.shape[1]
