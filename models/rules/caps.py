"""Caps: at most so many of one category and of one brand, for as long as others are left to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.cut import Mask
from models.rules.pins import places_between

# Beyond so many places the ranking goes on as it was: nobody reads that far, and each place costs a look at all.
MAX_PLACES = 200


@dataclass(frozen=True, slots=True)
class Cap:
    """`codes` int32 (N,): what each item is one of, -1 for nothing that is counted; `most` of each may be shown."""

    codes: NDArray[np.int32]
    most: int


def capped(
    valid: Mask,
    rows: NDArray[np.int32],
    caps: Sequence[Cap],
    pin_places: NDArray[np.intp],
    *,
    places: int,
    stretch: int,
) -> NDArray[np.intp]:
    """The columns of ranked slots in an order that keeps to the caps within each `stretch` places, (B, W).

    Place by place the first left that exceeds no cap, else the first left: no slate is short because of a cap. The
    first columns are pins, `pin_places` (P,) counted from 0: they stand first in the order, and count at their places.
    """
    pins, query = len(pin_places), np.arange(len(valid))
    codes = [cap.codes[rows] for cap in caps]
    counts = [np.zeros(valid.shape, np.int64) for _ in caps]
    between = places_between(valid[:, :pins], pin_places, min(places, MAX_PLACES))
    left = valid.copy()
    left[:, :pins] = False
    chosen_at = np.full(valid.shape, np.inf)
    chosen_at[:, :pins] = -1
    stretch_now = np.full(len(valid), -1, np.intp)
    for number in range(min(between.shape[1], valid.shape[1])):
        begun = between[:, number] // stretch
        for code, count in zip(codes, counts, strict=True):
            fresh = begun != stretch_now
            count[fresh] = _pinned_in(begun, valid, code, pin_places // stretch)[fresh]
        stretch_now = begun
        free = left.copy()
        for cap, code, count in zip(caps, codes, counts, strict=True):
            free &= (count < cap.most) | (code < 0)
        best = np.where(free.any(axis=1, keepdims=True), free, left).argmax(axis=1)
        found = left[query, best]
        chosen_at[query[found], best[found]] = number
        left[query, best] = False
        for code, count in zip(codes, counts, strict=True):
            count += (code == code[query, best][:, None]) & found[:, None]
    order: NDArray[np.intp] = np.argsort(chosen_at, axis=1, kind="stable")
    return order


def _pinned_in(
    stretch: NDArray[np.intp], valid: Mask, code: NDArray[np.int32], pinned: NDArray[np.intp]
) -> NDArray[np.int64]:
    """How many pins of each row's stretch are of the same code as each column, (B, W)."""
    count = np.zeros(code.shape, np.int64)
    for pin, pin_stretch in enumerate(pinned.tolist()):
        count += (code == code[:, pin : pin + 1]) & (valid[:, pin] & (stretch == pin_stretch))[:, None]
    return count
