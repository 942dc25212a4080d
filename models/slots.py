"""Slots: the record array in which scored items travel through the Engine, (B, D) and padded."""

from __future__ import annotations

from struct import Struct
from typing import Any

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
# numpy copies records field by field, and bytes of no meaning at once, twenty times as fast. `take` alone knows that.
_BYTES = np.dtype((np.void, SLOT.itemsize))
_EMPTY = EMPTY.view(_BYTES)
# The layout of SLOT in the letters of `struct`.
_RECORD = Struct("<ififfBB")


def empty_slots(batch: int, depth: int) -> Slots:
    """(batch, depth) slots that hold nothing."""
    slots = np.empty((batch, depth), _BYTES)
    slots[...] = _EMPTY
    return slots.view(SLOT)


def beside(first: Slots, second: Slots) -> Slots:
    """The slots of both, (B, D1 + D2)."""
    return np.concatenate([first.view(_BYTES), second.view(_BYTES)], axis=1).view(SLOT)


def copied(slots: Slots) -> Slots:
    """A contiguous copy."""
    return slots.view(_BYTES).copy().view(SLOT)


def picked(slots: Slots, *index: NDArray[Any]) -> Slots:
    """slots[index], a copy, where the index is of arrays."""
    found: Slots = slots.view(_BYTES)[index].view(SLOT)
    return found


def reordered(slots: Slots, order: NDArray[np.intp]) -> Slots:
    """Each row's slots in the order given, (B, any)."""
    return picked(slots, np.arange(len(slots))[:, None], order)


def records(slots: Slots) -> list[tuple[int, float, int, float, float, int, int]]:
    """Each of (n,) slots as Python's own values; what `tolist` gives, in a third of the time."""
    return list(_RECORD.iter_unpack(slots.tobytes()))


def put(slots: Slots, index: tuple[NDArray[Any], ...], others: Slots) -> None:
    """slots[index] = others, in place."""
    slots.view(_BYTES)[index] = others.view(_BYTES)


def only(slots: Slots, valid: NDArray[np.bool_]) -> Slots:
    """A copy with nothing where `valid` is not."""
    return np.where(valid, slots.view(_BYTES), _EMPTY).view(SLOT)
