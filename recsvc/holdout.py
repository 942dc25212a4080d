"""Holdout: customers who get no personalisation, to measure what it adds."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from models.mixing import FIRST, SECOND, STEP, mixed

WORD = 8  # bytes hashed at once
_ONES = 2**64 - 1
_STEP, _FIRST, _SECOND = (int(number) for number in (STEP, FIRST, SECOND))


class Holdout:
    """Chosen by a hash of salt and id alone, so the same in every process, with every bundle, for any customer.

    A larger share holds out everybody of a smaller one and others besides; another salt chooses anew.
    """

    def __init__(self, share: float, salt: str) -> None:
        """`share` of all customers, more than 0 and at most 0.5."""
        self._start = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:WORD], "little")
        self._end = round(share * 2**64)

    def has(self, customer_id: str) -> bool:
        state, key = self._start, customer_id.encode("utf-8", "surrogatepass")
        for place in range(0, len(key), WORD):
            # An id in an array ends in zeros that are no part of it.
            if word := int.from_bytes(key[place : place + WORD], "little"):
                state = _mixed(state ^ word)
        return state < self._end

    def of(self, ids: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Which of many are held out: `has` of ids in UTF-8, (n,) of any width, with no loop over them."""
        words = -(-ids.dtype.itemsize // WORD)
        columns = ids.astype(f"S{words * WORD}").view("<u8").reshape(len(ids), words).T
        state = np.full(len(ids), self._start, np.uint64)
        for column in columns:
            state = np.where(column != 0, mixed(state ^ column), state)
        return state < np.uint64(self._end)


def holdout_of(share: float, salt: str) -> Holdout | None:
    """None where nobody is held out."""
    return Holdout(share, salt) if share > 0 else None


def _mixed(state: int) -> int:
    """`mixed` of a single number, which Python reckons quicker than NumPy."""
    state = (state + _STEP) & _ONES
    state = ((state ^ (state >> 30)) * _FIRST) & _ONES
    state = ((state ^ (state >> 27)) * _SECOND) & _ONES
    return state ^ (state >> 31)
