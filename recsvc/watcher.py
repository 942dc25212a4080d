"""Watcher: a thread that repeats one task for as long as the worker lives."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

# Each pause differs by up to a tenth, so that workers do not all look at once.
JITTER = 0.1


class Watcher:
    """Calls `task` at once and then about every `interval_s` seconds; what it raises is logged, not passed on."""

    def __init__(self, name: str, task: Callable[[], None], interval_s: float) -> None:
        self._task = task
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, after the task if that is running."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._task()
            except Exception:
                log.exception("%s failed", self._thread.name)
            if self._stop.wait(self._interval_s * random.uniform(1 - JITTER, 1 + JITTER)):
                return
