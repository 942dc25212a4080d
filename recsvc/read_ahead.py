"""What was read of live state ahead of the requests that need it: no request waits for a database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from recsvc.errors import StateError
from recsvc.metrics import Metrics
from recsvc.problems import Problem

log = logging.getLogger(__name__)

T = TypeVar("T")

# An unknown id may have been made a moment ago, or be made up: look again, but not for every such request.
LOOK_AGAIN_AFTER_S = 0.1


class LastRead(Generic[T]):
    """`what` names it in the log. While live state cannot be read, what was read last stays in force."""

    def __init__(self, what: str, load: Callable[[], T], metrics: Metrics) -> None:
        self._what = what
        self._load = load
        self._metrics = metrics
        self._value: T | None = None
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Reads it; a failure is logged and counted."""
        with self._lock:
            self._read()

    def value(self) -> T:
        """As it was read last. Raises a 503 problem where nothing could be read yet."""
        if self._value is None:
            raise Problem("not-ready", f"{self._what} cannot be read at the moment", headers={"Retry-After": "5"})
        return self._value

    def _read(self) -> None:
        try:
            self._value = self._load()
        except StateError as error:
            message = f"{self._what} cannot be read; those last read stay in force"
            log.error(message, extra={"fields": {"reason": str(error)}})
            self._metrics.state_error()


class ReadAhead(LastRead[Mapping[str, T]]):
    """Rows by id, all of them; read again at once for an id that is not among them."""

    def __init__(self, what: str, load: Callable[[], Mapping[str, T]], metrics: Metrics) -> None:
        super().__init__(what, load, metrics)
        self._looked_at = float("-inf")

    def find(self, row_id: str) -> T | None:
        """Raises a 503 problem where nothing could be read yet."""
        row = self._value.get(row_id) if self._value is not None else None
        if row is None and row_id:
            self._look_again()
            row = self.value().get(row_id)
        return row

    def _look_again(self) -> None:
        with self._lock:
            if time.monotonic() - self._looked_at > LOOK_AGAIN_AFTER_S:
                self._read()
                self._looked_at = time.monotonic()
