"""Deadline: how long a search may still begin new trials."""

from __future__ import annotations

import time


class Deadline:
    """Counts wall-clock time, since that is what a run has little of; where it suffices, no choice depends on it."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end
