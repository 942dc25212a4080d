"""Cutting slates out of scored slots: the first valid ones, and one source of slots below another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.slots import Slots, beside, copied, empty_slots, picked, put
from models.sorting import is_among

Mask = NDArray[np.bool_]


def cut(slots: Slots, valid: Mask, limit: int, offset: int = 0) -> Slots:
    """The valid slots offset .. offset + limit of each row, (B, limit), padded at the end."""
    if len(slots) == 1:
        places = valid[0].nonzero()[0][offset : offset + limit]
        return padded(slots[0].take(places)[None], limit)
    out = empty_slots(len(slots), limit)
    rank = np.cumsum(valid, axis=1) - offset
    row, column = np.nonzero(valid & (rank > 0) & (rank <= limit))
    put(out, (row, rank[row, column] - 1), picked(slots, row, column))
    return out


def is_short(valid: Mask, wanted: int) -> bool:
    """Whether any row has fewer than `wanted` valid slots."""
    if len(valid) == 1:
        return int(np.count_nonzero(valid)) < wanted
    return bool((valid.sum(axis=1) < wanted).any())


def padded(slots: Slots, width: int) -> Slots:
    """The slots with empty ones at the end of each row, (B, width)."""
    missing = width - slots.shape[1]
    return beside(slots, empty_slots(len(slots), missing)) if missing else slots


def below(slots: Slots, valid: Mask, more: Slots, more_valid: Mask) -> tuple[Slots, Mask]:
    """`more` appended under `slots`: items that stand above already become invalid, scores continue downwards."""
    if not slots.shape[1]:
        return more, more_valid
    more = copied(more)
    more_valid = more_valid & ~_stands_above(slots, valid, more)
    floor = np.where(valid, slots["score"], np.inf).min(axis=1, initial=np.inf)
    best = np.where(more_valid, more["score"], -np.inf).max(axis=1, initial=-np.inf)
    shift = np.where(np.isfinite(floor) & np.isfinite(best), np.minimum(floor - best, 0.0), 0.0)
    more["score"] = np.minimum(more["score"] + shift[:, None], floor[:, None])  # the sum may round upwards
    return beside(slots, more), np.concatenate([valid, more_valid], axis=1)


def _stands_above(slots: Slots, valid: Mask, more: Slots) -> Mask:
    """Whether each item of `more` is among the valid items of the same row."""
    span = int(max(slots["item"].max(initial=-1), more["item"].max(initial=-1))) + 2
    row = np.arange(len(slots))[:, None] * span
    return is_among(row + more["item"], (row + slots["item"])[valid])
