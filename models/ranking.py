"""Ranking: sources of slots, one below the other, that grow into one slate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.cut import Mask, below
from models.slots import Slots


class Ranking:
    """`slots` and `valid` (B, W): no item is valid twice, and what was put below stands to the right."""

    def __init__(self, slots: Slots, valid: Mask) -> None:
        self.slots = slots
        self.valid = valid
        self._lent = np.zeros(slots.shape[1], np.bool_)

    @property
    def filled(self) -> NDArray[np.int64]:
        """How many slots of each row are valid, (B,)."""
        filled: NDArray[np.int64] = self.valid.sum(axis=1)
        return filled

    def put_below(self, slots: Slots, valid: Mask, *, lent: bool = False) -> None:
        """`lent`: whether it is a fallback and not the placement's own."""
        self.slots, self.valid = below(self.slots, self.valid, slots, valid)
        self._lent = np.append(self._lent, np.full(slots.shape[1], lent))

    def is_short(self, wanted: int) -> bool:
        """Whether any row has fewer than `wanted` valid slots."""
        return bool((self.filled < wanted).any())

    def lent(self, column: NDArray[np.intp]) -> Mask:
        """Which of the given columns (-1: none) are of a fallback."""
        return np.append(self._lent, False)[column]
