"""Orders: checked lines gathered into orders, one line for each item of an order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.sorting import lexicographic_order
from training.checks.order_lines import Lines
from training.days import MICROS_A_DAY, local_days

Ints = NDArray[np.int64]
LONGEST_ORDER = 31 * MICROS_A_DAY


@dataclass(frozen=True, slots=True)
class Ordered:
    """Lines of whole orders, all arrays (n,).

    `owner`: customer code, -1 guest; `item`: item code; `order`: 0.. in the order of time; `time`: of the order,
    microseconds or positions. `repeats`: input lines beyond the first of an item in its order; `long`: orders whose
    lines are more than a month apart.
    """

    owner: Ints
    item: Ints
    order: Ints
    time: Ints
    quantity: NDArray[np.float64]
    price: NDArray[np.float64]
    repeats: int
    long: int

    def where(self, rows: NDArray[np.bool_]) -> Ordered:
        """The lines of the last orders, numbered from 0 again."""
        columns = ("owner", "item", "order", "time", "quantity", "price")
        chosen = {name: getattr(self, name)[rows] for name in columns}
        return replace(self, **chosen | {"order": chosen["order"] - chosen["order"].min()})


def gather(lines: Lines, timezone: str) -> Ordered:
    """Lines of one item in one order are merged: pieces added up, prices averaged over pieces.

    A till writes two scans of a bottle as two equal lines, so equal lines are not errors; what is learned counts
    orders, not pieces, so a file exported twice does little harm either. All lines of an order take its first time.
    """
    owner = lines.customer.codes.astype(np.int64)
    key = _order_keys(lines, timezone)
    whole = owner * (key.max() + 1) + key
    rows = lexicographic_order(lines.item.codes, whole)
    whole, item, owner = whole[rows], lines.item.codes[rows].astype(np.int64), owner[rows]
    new_order = _changes(whole)
    first = np.flatnonzero(new_order | _changes(item))
    starts = np.flatnonzero(new_order)
    times, long = _order_times(lines, rows, starts)
    if lines.kind == "order":
        times = aligned(owner[starts], times)
    number = np.empty(len(starts), np.int64)
    number[np.argsort(times, kind="stable")] = np.arange(len(starts))
    of = (np.cumsum(new_order) - 1)[first]
    quantity, price = _merged(lines.quantity[rows], lines.price[rows], first)
    return Ordered(owner[first], item[first], number[of], times[of], quantity, price, len(rows) - len(first), long)


def aligned(owner: Ints, position: Ints) -> Ints:
    """Positions of each owner's orders so that they are consecutive and all owners' last one is the same.

    So the age of an order is the number of orders since, whoever's it is. Guests (-1) order once.
    """
    rows = lexicographic_order(position, owner)
    owner_, position_ = owner[rows], position[rows]
    new_owner = _changes(owner_)
    step = np.cumsum(_changes(position_) & ~new_owner)
    starts = np.flatnonzero(new_owner)
    last = np.append(starts[1:], len(rows)) - 1
    lengths = np.diff(np.append(starts, len(rows)))
    before_last = np.repeat(step[last], lengths) - step
    before_last[owner_ < 0] = 0
    found = np.empty(len(rows), np.int64)
    found[rows] = before_last.max() - before_last
    return found


def _order_keys(lines: Lines, timezone: str) -> Ints:
    """What tells a customer's orders apart, >= 0: the order id, else day or position; else a guest's line is alone.

    Where there is nothing else, the second line of an item is of another order than the first: it was bought again.
    """
    size = len(lines.quantity)
    if lines.time is None:
        day = _earlier_equals(lines)
    else:
        day = local_days(lines.time, timezone) if lines.kind == "day" else lines.time
    day = day - int(day.min())
    alone = day.max() + 1 + np.arange(size)
    key = np.where(lines.customer.codes >= 0, day, alone)
    if lines.order is None:
        return key
    return np.where(lines.order.codes >= 0, lines.order.codes, key + len(lines.order.names))


def _earlier_equals(lines: Lines) -> Ints:
    """How many lines of the same customer and item, without an order id either, stand above each line."""
    pair = lines.customer.codes.astype(np.int64) * (int(lines.item.codes.max()) + 1) + lines.item.codes
    if lines.order is not None:
        pair = 2 * pair + (lines.order.codes >= 0)
    rows = np.argsort(pair, kind="stable")
    starts = np.flatnonzero(_changes(pair[rows]))
    found = np.empty(len(rows), np.int64)
    found[rows] = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
    return found


def _order_times(lines: Lines, rows: NDArray[np.intp], starts: NDArray[np.intp]) -> tuple[Ints, int]:
    """When each order began, and how many of them took longer than orders do."""
    if lines.time is None:
        return np.zeros(len(starts), np.int64), 0
    time = lines.time[rows]
    began = np.minimum.reduceat(time, starts)
    took = np.maximum.reduceat(time, starts) - began
    return began, int((took > LONGEST_ORDER).sum()) if lines.kind == "day" else 0


def _changes(values: Ints) -> NDArray[np.bool_]:
    """Where a value differs from the one before it; true at the first."""
    found = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def _merged(
    quantity: NDArray[np.float64], price: NDArray[np.float64], first: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    pieces = np.add.reduceat(quantity, first)
    priced = np.where(np.isnan(price), 0.0, quantity)
    paid = np.add.reduceat(np.nan_to_num(price) * priced, first)
    known = np.add.reduceat(priced, first)
    return pieces, np.divide(paid, known, out=np.full(len(first), np.nan), where=known > 0)
