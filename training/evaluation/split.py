"""Split: what was known before, and what customers bought after: one cut in time wherever times allow it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from training.dataset import Dataset, OrderLines
from training.days import MICROS_A_DAY, local_days
from training.dealt import drawn_orders, last_orders

Protocol = Literal["time", "last_order", "random"]

TEST_DAYS = 28
# The test window takes at most this share of a short history's days, and leaves as large a share of its lines: one old
# line makes a history long.
LARGEST_SHARE = 0.25
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Split:
    """`train`: the shop as known at the cut; `test`: the order lines after it, guests' too.

    `visit` (len(test),): the local day of each test line (time), or its order number: a customer's first visit is
    all that he bought on it. `protocol`: `time` is a cut for the whole shop at a local midnight; `last_order` takes
    each customer's last order, where the history has positions instead of times or is of less than four days;
    `random` any order of each customer where they have no sequence at all, or a part of the lines where nothing tells
    orders apart.
    """

    train: Dataset
    test: OrderLines
    visit: NDArray[np.int64]
    protocol: Protocol
    test_days: int | None = None


def split(dataset: Dataset, *, test_days: float | None = None, seed: int = 0) -> Split:
    """`test_days`: default TEST_DAYS. The test part is empty where no customer comes back."""
    if not dataset.timed:
        return _last_orders(dataset, drawn_orders(dataset, seed), "random")
    if dataset.unit == "day":
        day = local_days(np.rint(dataset.lines.time * MICROS_A_DAY).astype(np.int64), dataset.timezone)
        days = min(math.ceil(test_days or TEST_DAYS), int((np.ptp(day) + 1) * LARGEST_SHARE))
        if days >= 1:
            left = np.quantile(day, LARGEST_SHARE, method="lower")
            return _in_time(dataset, day, max(1, min(days, int(day.max() - left))))
    return _last_orders(dataset, dataset.lines.order, "last_order")


def midnight(day: int, timezone: str) -> float:
    """The moment a local day begins, in days since 1970, UTC."""
    local = dt.datetime.combine(dt.date(1970, 1, 1) + dt.timedelta(days=day), dt.time(), ZoneInfo(timezone))
    return local.timestamp() / SECONDS_A_DAY


def _in_time(dataset: Dataset, day: NDArray[np.int64], days: int) -> Split:
    first_day = int(day.max()) - days + 1
    after = day >= first_day
    train = dataset.until(midnight(first_day, dataset.timezone))
    return Split(train, dataset.lines.select(after), day[after], "time", days)


def _last_orders(dataset: Dataset, order: NDArray[np.integer], protocol: Protocol) -> Split:
    """The last order of every customer who has at least two; guests only teach. `order`: numbers, the last largest."""
    held = last_orders(dataset, order)
    lines = dataset.lines.select(~held)
    # What was looked at before an order of the same hours would tell of it.
    train = dataclasses.replace(dataset, lines=lines, reference=float(lines.time.max(initial=0.0)), events=None)
    return Split(train, dataset.lines.select(held), np.asarray(order[held], np.int64), protocol)
