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

Protocol = Literal["time", "last_order", "random"]

TEST_DAYS = 28
# The test window takes at most this share of a short history.
LARGEST_SHARE = 0.25
# Of histories without time, this share of each customer's purchases is held out. The search sees the rest: what suits
# a history thinned by a fifth (heavy shrinkage, much popularity) does not suit the whole.
HELD_OUT = 0.1
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Split:
    """`train`: the shop as known at the cut; `test`: the order lines after it, guests' too.

    `visit` (len(test),): the local day of each test line (time), or its order number: a customer's first visit is
    all that he bought on it. `protocol`: `time` is a cut for the whole shop at a local midnight; `last_order` takes
    each customer's last order, where the history has positions instead of times or is of less than four days;
    `random` holds out purchases where orders have no sequence at all: an item that was bought more than once may be
    among what is known and among what is asked for.
    """

    train: Dataset
    test: OrderLines
    visit: NDArray[np.int64]
    protocol: Protocol
    test_days: int | None = None


def split(dataset: Dataset, *, test_days: float | None = None, seed: int = 0) -> Split:
    """`test_days`: default TEST_DAYS. The test part is empty where no customer comes back."""
    if not dataset.timed:
        return _random(dataset, seed)
    if dataset.unit == "day":
        day = local_days(np.rint(dataset.lines.time * MICROS_A_DAY).astype(np.int64), dataset.timezone)
        days = min(math.ceil(test_days or TEST_DAYS), int((np.ptp(day) + 1) * LARGEST_SHARE))
        if days >= 1:
            return _in_time(dataset, day, days)
    return _last_orders(dataset)


def midnight(day: int, timezone: str) -> float:
    """The moment a local day begins, in days since 1970, UTC."""
    local = dt.datetime.combine(dt.date(1970, 1, 1) + dt.timedelta(days=day), dt.time(), ZoneInfo(timezone))
    return local.timestamp() / SECONDS_A_DAY


def _in_time(dataset: Dataset, day: NDArray[np.int64], days: int) -> Split:
    first_day = int(day.max()) - days + 1
    after = day >= first_day
    train = dataset.until(midnight(first_day, dataset.timezone))
    return Split(train, dataset.lines.select(after), day[after], "time", days)


def _last_orders(dataset: Dataset) -> Split:
    """The last order of every customer who has at least two; guests only teach."""
    lines = dataset.lines
    last = np.full(dataset.n_customers + 1, -1, np.int64)  # one more for guests, who are customer -1
    first = np.full(dataset.n_customers + 1, np.iinfo(np.int64).max)
    np.maximum.at(last, lines.customer, lines.order)
    np.minimum.at(first, lines.customer, lines.order)
    held = (lines.customer >= 0) & (lines.order == last[lines.customer]) & (first < last)[lines.customer]
    return _without(dataset, held, "last_order")


def _random(dataset: Dataset, seed: int) -> Split:
    """A tenth, at least one, of the items of all orders of every customer who has at least two."""
    lines = dataset.lines
    key = lines.order.astype(np.int64) * max(dataset.n_items, 1) + lines.item
    known = np.flatnonzero(lines.customer >= 0)
    purchases, first = np.unique(key[known], return_index=True)
    customer = lines.customer[known[first]]
    count = np.bincount(customer, minlength=dataset.n_customers)
    shuffled = np.lexsort((np.random.default_rng(seed).random(len(purchases)), customer))
    place = np.arange(len(purchases)) - np.repeat(np.cumsum(count) - count, count)
    share = np.where(count >= 2, np.maximum(np.rint(count * HELD_OUT), 1), 0)
    held = shuffled[place < share[customer[shuffled]]]
    return _without(dataset, np.isin(key, purchases[held]) & (lines.customer >= 0), "random")


def _without(dataset: Dataset, held: NDArray[np.bool_], protocol: Protocol) -> Split:
    lines = dataset.lines.select(~held)
    reference = float(lines.time.max(initial=0.0))
    # What was looked at before an order of the same hours would tell of it.
    train = dataclasses.replace(dataset, lines=lines, reference=reference, events=None)
    test = dataset.lines.select(held)
    visit = test.order.astype(np.int64) if protocol == "last_order" else np.zeros(len(test), np.int64)
    return Split(train, test, visit, protocol)
