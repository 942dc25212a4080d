"""Pins: items at fixed places, and how the ranking closes around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.cut import Mask
from models.methods.base import METHOD_NUMBER, PIN
from models.reasons import Code
from models.slots import Slots, empty_slots

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pins:
    """Those that hold at one moment: `items` int32 (P,), lead rows, each once; `places` (P,) from 0, ascending."""

    items: NDArray[np.int32]
    places: Places

    @classmethod
    def of(cls, pins: Sequence[tuple[int, int]]) -> Self:
        """From (item row, place) in the order of the file, which decides between two pins of one item or place."""
        first = dict(reversed(pins))
        ordered = sorted(first.items(), key=lambda pin: (pin[1], pins.index(pin)))
        items, places = zip(*ordered, strict=True) if ordered else ((), ())
        return cls(np.array(items, np.int32), np.array(places, np.intp))

    def __len__(self) -> int:
        return len(self.items)

    def slots(self, batch: int) -> Slots:
        """(B, P), above everything that is scored."""
        slots = empty_slots(batch, len(self))
        slots["item"] = self.items
        slots["score"] = np.inf
        slots["method"] = METHOD_NUMBER[PIN]
        slots["code"] = Code.PINNED
        return slots

    def one_a_place(self, valid: Mask) -> Mask:
        """Of the pins of one place only the first that may be shown."""
        valid = valid.copy()
        for pin in range(1, len(self)):
            rivals = np.flatnonzero(self.places[:pin] == self.places[pin])
            valid[:, pin] &= ~valid[:, rivals].any(axis=1)
        return valid

    def arranged(self, valid: Mask) -> NDArray[np.float64]:
        """Keys that sort a row's columns, pins first among them, into places; inf where nothing stands. (B, W)

        Where a slate ends before a pin's place, the pin closes up to it.
        """
        pins = len(self)
        rest = np.cumsum(valid[:, pins:], axis=1) - 1
        between = places_between(valid[:, :pins], self.places, int(rest.max(initial=-1)) + 1)
        keys = np.full(valid.shape, np.inf)
        keys[:, :pins] = self.places
        if between.shape[1]:
            keys[:, pins:] = np.take_along_axis(between, np.maximum(rest, 0), axis=1)
        return np.where(valid, keys, np.inf)


def places_between(valid: Mask, pin_places: Places, count: int) -> Places:
    """The places of the first `count` that are not pinned, around the pins that are valid, (B, count)."""
    places = np.broadcast_to(np.arange(count), (len(valid), count)).copy()
    for pin, place in enumerate(pin_places.tolist()):
        places += (places >= place) & valid[:, pin : pin + 1]
    return places


def with_scores_of_neighbours(slots: Slots) -> None:
    """Scores that never rise, in place: a pin's is that of the slot above, or below it where all above are pins."""
    scores = slots["score"].astype(np.float64)
    stands = slots["item"] >= 0
    known = np.minimum.accumulate(np.where(stands, scores, np.inf), axis=1)
    finite = np.isfinite(known)
    highest = np.where(finite, known, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    leading = np.where(np.isfinite(highest), highest, 1.0)
    slots["score"] = np.where(stands, np.where(finite, known, leading), slots["score"])
