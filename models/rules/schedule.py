"""Schedule: from when until when something holds, in seconds since 1970."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Holds while `start <= as_of < end`."""

    start: float
    end: float

    @classmethod
    def read(cls, start: str | None, until: str | None, timezone: str) -> Self:
        """A date means the whole local day, as the last day too. Raises ValueError where there is no such day."""
        zone = ZoneInfo(timezone)
        return cls(
            float("-inf") if start is None else _moment(start, zone, whole_day=False),
            float("inf") if until is None else _moment(until, zone, whole_day=True),
        )

    def holds(self, as_of: float) -> bool:
        return self.start <= as_of < self.end


def _moment(text: str, zone: ZoneInfo, *, whole_day: bool) -> float:
    """Seconds since 1970; `whole_day`: whether a date stands for its end. Raises ValueError."""
    moment = dt.datetime.fromisoformat(text)
    try:
        if whole_day and len(text) == len("2026-01-31"):
            moment += ONE_DAY
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
    except OverflowError as error:  # the last day of the last year there is
        raise ValueError(str(error)) from error
