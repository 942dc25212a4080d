"""Timeline: how many orders each week of the history has, so that a gap or a double delivery meets the eye."""

from __future__ import annotations

import msgspec
import numpy as np

from training.dataset import Dataset
from training.days import MICROS_A_DAY, local_days

DAYS_A_WEEK = 7


class Timeline(msgspec.Struct, frozen=True):
    """`starts`: the first day of each week (ISO 8601), the last week ending with the history; `orders` in it."""

    starts: tuple[str, ...]
    orders: tuple[int, ...]


def timeline(dataset: Dataset) -> Timeline | None:
    """None where the history has no times."""
    if not dataset.timed or dataset.unit != "day":
        return None
    first = np.unique(dataset.lines.order, return_index=True)[1]
    day = local_days(np.rint(dataset.lines.time[first] * MICROS_A_DAY).astype(np.int64), dataset.timezone)
    weeks_back = (day.max() - day) // DAYS_A_WEEK
    counts = np.bincount(weeks_back)[::-1]
    starts = day.max() + 1 - DAYS_A_WEEK * np.arange(len(counts), 0, -1)
    return Timeline(tuple(str(start) for start in starts.astype("datetime64[D]")), tuple(counts.tolist()))
