"""Timeline: the column of times of one table, with what is wrong in it set aside."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from training.checks.sheet import Sheet
from training.checks.times import Times
from training.config import Data

EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)  # earlier times are what exports write for none


def check_times(sheet: Sheet, column: str, data: Data, now: dt.datetime) -> tuple[NDArray[np.int64], Times]:
    """The values (n,), 0 where rejected; microseconds since 1970 in UTC, or positions."""
    settings = sheet.table.settings
    times = Times.of(sheet[column], settings, settings.timezone or data.timezone)
    if times.ambiguous is not None:
        sheet.faults.append(
            f"{sheet.table.name} ({sheet.table.source}): {column} {times.ambiguous!r} may begin with the day or with "
            f"the month; set inputs.{sheet.table.name}.time_format"
        )
    unknown = times.values.is_null().to_numpy()
    missing = sheet.missing(column, unknown)
    values = times.values.fill_null(0).to_numpy()
    sheet.reject(missing, column, "is missing")
    sheet.reject(unknown & ~missing, column, "is no time" if times.kind == "day" else "is no whole number")
    if times.kind == "day":
        latest = now + dt.timedelta(days=data.future_tolerance_days)
        sheet.reject(~unknown & (values > _micros(latest)), column, "lies in the future")
        sheet.reject(~unknown & (values < _micros(EARLIEST)), column, "lies before 1980")
    return values, times


def _micros(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1e6)
