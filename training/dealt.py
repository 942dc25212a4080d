"""Dealt: a history without times in a drawn sequence, so that any order of a customer may have been the last one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.mixing import STEP, mixed
from training.dataset import Dataset
from training.orders import aligned

# Where nothing tells what was bought together, the lines of each customer are dealt into at most so many parts.
PARTS = 10


def drawn_orders(dataset: Dataset, seed: int) -> NDArray[np.int64]:
    """The number of the order (or part) that each line is dealt into, ascending by customer and then by chance.

    An order's place among its customer's others is the same in any part of the history that holds them.
    """
    lines = dataset.lines
    together = lines.order.astype(np.int64)
    drawn = _drawn(together, seed)
    if not dataset.orders_known:
        line = (lines.customer.astype(np.int64) * max(dataset.n_items, 1) + lines.item) * 64 + lines.order % 64
        drawn = _drawn(line, seed) % np.uint64(PARTS)
        together = drawn.astype(np.int64)
    rows = np.lexsort((together, drawn, lines.customer))
    fresh = np.ones(len(rows), np.bool_)
    fresh[1:] = (np.diff(lines.customer[rows]) != 0) | (np.diff(together[rows]) != 0)
    number = np.empty(len(rows), np.int64)
    number[rows] = np.cumsum(fresh) - 1
    return number


def last_orders(dataset: Dataset, order: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether each line is of the last order of a customer who has two; `order` (n,): numbers, the last the largest."""
    customer = dataset.lines.customer
    last = np.full(dataset.n_customers + 1, -1, np.int64)  # one more for guests, who are customer -1
    first = np.full(dataset.n_customers + 1, np.iinfo(np.int64).max)
    np.maximum.at(last, customer, order)
    np.minimum.at(first, customer, order)
    held: NDArray[np.bool_] = (customer >= 0) & (order == last[customer]) & (first < last)[customer]
    return held


def dealt(dataset: Dataset, seed: int) -> Dataset:
    """The same with positions instead of times, and orders in their sequence; as it is where it has times."""
    if dataset.timed:
        return dataset
    order = drawn_orders(dataset, seed)
    rows = np.argsort(order, kind="stable")
    lines = dataset.lines.select(rows)
    time = aligned(lines.customer.astype(np.int64), order[rows]).astype(np.float64)
    lines = replace(lines, order=order[rows].astype(np.int32), time=time)
    return replace(dataset, lines=lines, unit="order", reference=float(time.max(initial=0.0)), events=None, dealt=True)


def _drawn(numbers: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """A number by chance for each of the given ones, the same for a seed."""
    return mixed(numbers.astype(np.uint64) + np.uint64(seed * int(STEP) % 2**64))
