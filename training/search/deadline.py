"""Deadline: how long a search may still begin new trials."""

from __future__ import annotations

import time


class Deadline:
    """Counts processor time, so that what is chosen does not depend on what else the machine does."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    @property
    def passed(self) -> bool:
        return time.process_time() >= self._end
