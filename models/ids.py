"""External ids (opaque Unicode strings) to dense int32 rows and back: the one place of translation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

MAX_ID_BYTES = 256
UNKNOWN = -1


class IdMap:
    """Sorted UTF-8 ids in one fixed-width array, so that it is memory-mapped and holds no object per id.

    Row r is the id at position r; byte order is code point order. A look-up is a binary search.
    """

    def __init__(self, ids: NDArray[np.bytes_]) -> None:
        """`ids`: dtype S, sorted, distinct."""
        self._ids = np.asarray(ids)
        self._width = self._ids.dtype.itemsize

    @classmethod
    def build(cls, ids: Iterable[str]) -> IdMap:
        """Sorts and deduplicates; raises ValueError on an id that cannot be stored."""
        encoded = [encode(identifier) for identifier in ids]
        return cls(np.unique(np.array(encoded, dtype="S")) if encoded else np.empty(0, dtype="S1"))

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def array(self) -> NDArray[np.bytes_]:
        return self._ids

    def row(self, identifier: str, *, missing: int) -> int:
        """The row of one id, or `missing`."""
        key = identifier.encode("utf-8", "surrogatepass")
        if len(key) > self._width or not len(self._ids) or key.endswith(b"\0"):
            return missing
        position = int(self._ids.searchsorted(np.array(key, dtype=self._ids.dtype)))
        return position if position < len(self._ids) and self._ids[position] == key else missing

    def rows(self, identifiers: Sequence[str], *, missing: int) -> NDArray[np.int32]:
        """The rows of many ids, (n,) int32, `missing` where unknown."""
        keys = [identifier.encode("utf-8", "surrogatepass") for identifier in identifiers]
        if not keys or not len(self._ids):
            return np.full(len(keys), missing, np.int32)
        # As an array of this width a longer key would be cut, and a NUL at its end dropped.
        whole = np.array([len(key) <= self._width and not key.endswith(b"\0") for key in keys])
        sought = np.array(keys, self._ids.dtype)
        position = self._ids.searchsorted(sought)
        known = whole & (self._ids.take(position, mode="clip") == sought)
        return np.where(known, position, missing).astype(np.int32)

    def starting_with(self, prefix: str) -> range:
        """The rows whose ids begin with `prefix`."""
        key = prefix.encode("utf-8", "surrogatepass")
        if len(key) > self._width or b"\0" in key:
            return range(0)
        # No byte of UTF-8 is as high as this one.
        ends = np.array([key, key.ljust(self._width, b"\xff")], self._ids.dtype)
        return range(int(self._ids.searchsorted(ends[0])), int(self._ids.searchsorted(ends[1], "right")))

    def id(self, row: int) -> str:
        value: bytes = self._ids[row]
        return value.decode("utf-8")

    def ids(self, rows: NDArray[np.integer] | list[int]) -> list[str]:
        return [value.decode() for value in self._ids.take(rows).tolist()] if len(rows) else []


def encode(identifier: str) -> bytes:
    """The bytes an id is stored as. Raises ValueError when it is empty, too long or holds a NUL."""
    value = identifier.encode("utf-8")
    if not value or len(value) > MAX_ID_BYTES or b"\0" in value:
        raise ValueError(f"an id has 1 to {MAX_ID_BYTES} bytes of UTF-8 and no NUL: {identifier[:40]!r}")
    return value
