"""Slots: the record array in which scored items travel through the Engine, (B, D) and padded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# One place of a slate. `evidence` is the item row that the reason names (-1: none); what `n1` and `n2`
# mean depends on `code` (see reasons.py). Ranked lists of whole shops are stored in this very layout:
# one customer is one contiguous read.
SLOT = np.dtype(
    [
        ("item", "<i4"),
        ("score", "<f4"),
        ("evidence", "<i4"),
        ("n1", "<f4"),
        ("n2", "<f4"),
        ("method", "u1"),
        ("code", "u1"),
    ]
)
NO_ITEM = -1
NO_SCORE = np.float32(-np.inf)

Slots = NDArray[np.void]


EMPTY = np.array((NO_ITEM, NO_SCORE, NO_ITEM, 0, 0, 0, 0), dtype=SLOT)


def empty_slots(batch: int, depth: int) -> Slots:
    """(batch, depth) slots that hold nothing."""
    return np.full((batch, depth), EMPTY)
