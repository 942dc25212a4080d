"""Erased: the tombstones of live state in memory, and whether a customer is among them."""

from __future__ import annotations

from collections.abc import Callable

from recsvc.metrics import Metrics
from recsvc.read_ahead import LastRead
from recsvc.state.tombstones import Tombstones, tombstone


class Erased:
    """Who was erased, read ahead of the requests: each time what has come since, for tombstones stay."""

    def __init__(self, tombstones: Callable[[], Tombstones], metrics: Metrics) -> None:
        self._tombstones = tombstones
        self._number = 0
        self._hashes: set[bytes] = set()
        self._read = LastRead("erased customers", self._more, metrics)

    def refresh(self) -> None:
        self._read.refresh()

    def has(self, customer_id: str) -> bool:
        """Raises a 503 problem where nothing could be read yet."""
        hashes = self._read.value()
        return bool(hashes) and tombstone(customer_id) in hashes

    def _more(self) -> set[bytes]:
        self._number, new = self._tombstones().since(self._number)
        self._hashes.update(new)
        return self._hashes
