"""Purchases: what every customer bought on every visit, in the columns that candidates and features are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.catalogue import CategoryColumn
from models.sorting import lexicographic_order
from training.dataset import Dataset, Events, OrderLines
from training.days import MICROS_A_DAY, local_days
from training.next_order.runs import Runs

# Categories are looked at this deep: the items' own, the one above it, and the topmost.
LEVELS = 3


@dataclass(frozen=True, slots=True)
class Purchases:
    """One event for each item of a visit, sorted by (customer, item, visit); columns without a note are (E,).

    A visit is all that a customer bought on one local day, or one order where times are positions (`sequence`);
    these say nothing where they were `dealt` by chance.
    `visit`: its number among the customer's; `time`: its day since 1970, 0 in sequences; `price` NaN unknown.
    `event_start`, `visit_start` (C + 1,): where each customer's events and visits begin; `visit_time`, `visit_size`
    (V,): day and distinct items of each visit. `guest_item`, `guest_time`: what was sold to nobody known, by the day;
    `levels`: each item's category (N,) from the deepest level up, -1 unknown; `end`: the first day not known of;
    `events`: as the data set's, times being local days and their parts.
    """

    n_items: int
    sequence: bool
    dealt: bool
    customer: NDArray[np.int32]
    item: NDArray[np.int32]
    visit: NDArray[np.int32]
    time: NDArray[np.float64]
    quantity: NDArray[np.float32]
    price: NDArray[np.float32]
    event_start: NDArray[np.int64]
    visit_start: NDArray[np.int64]
    visit_time: NDArray[np.float64]
    visit_size: NDArray[np.int64]
    guest_item: NDArray[np.int32]
    guest_time: NDArray[np.float64]
    levels: tuple[NDArray[np.int32], ...]
    end: float
    events: Events | None = None

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        day = _days(dataset, dataset.lines.time)
        known = dataset.lines.customer >= 0
        lines, guests = dataset.lines.select(known), dataset.lines.select(~known)
        visit_of_line, visit_start, visit_time = _visits(lines, day[known], dataset)
        order, runs = _events(lines, visit_of_line, dataset.n_items)
        first = order[runs.start]
        visit_of_event = visit_of_line[first]
        customer = lines.customer[first]
        priced = np.isfinite(lines.price[order]) & (lines.price[order] > 0)
        paid = runs.sum(np.where(priced, lines.price[order], 0.0))
        with np.errstate(invalid="ignore"):
            price = (paid / runs.sum(priced)).astype(np.float32)
        bought = np.unique(guests.order.astype(np.int64) * max(dataset.n_items, 1) + guests.item, return_index=True)[1]
        return cls(
            n_items=dataset.n_items,
            sequence=dataset.unit == "order",
            dealt=dataset.dealt,
            customer=customer,
            item=lines.item[first],
            visit=(visit_of_event - visit_start[customer]).astype(np.int32),
            time=visit_time[visit_of_event],
            quantity=runs.sum(lines.quantity[order]).astype(np.float32),
            price=price,
            event_start=np.searchsorted(customer, np.arange(dataset.n_customers + 1)),
            visit_start=visit_start,
            visit_time=visit_time,
            visit_size=np.bincount(visit_of_event, minlength=len(visit_time)),
            guest_item=guests.item[bought],
            guest_time=day[~known][bought],
            levels=category_levels(dataset),
            end=_end(dataset, day),
            events=_local(dataset),
        )

    @property
    def n_customers(self) -> int:
        return len(self.visit_start) - 1

    @property
    def visits(self) -> NDArray[np.int64]:
        """How many visits each customer made, (C,)."""
        return np.diff(self.visit_start)

    @property
    def priced(self) -> bool:
        return bool(np.isfinite(self.price).any())

    def visits_before(self, moment: float) -> NDArray[np.int64]:
        """How many of each customer's visits lie before a day, (C,)."""
        before = np.append(0, np.cumsum(self.visit_time < moment))
        return np.diff(before[self.visit_start])


def category_levels(dataset: Dataset) -> tuple[NDArray[np.int32], ...]:
    """The deepest category of each item, the one above it, and the topmost; fewer where the tree is not so deep."""
    column = dataset.catalogue().columns.get("category")
    if not isinstance(column, CategoryColumn) or not (column.codes >= 0).any():
        return ()
    parent = column.parent
    up = np.where(parent >= 0, parent, np.arange(len(parent)))
    levels = [column.codes]
    root = up
    while (up[root] != root).any():
        root = up[root]
    for above in (up, root):
        raised = np.where(column.codes >= 0, above[column.codes], -1).astype(np.int32)
        if not (raised == levels[-1]).all():
            levels.append(raised)
    return tuple(levels[:LEVELS])


def _local(dataset: Dataset) -> Events | None:
    """Events by the clock of the shop: what came before midnight belongs to the day before."""
    if dataset.events is None or dataset.unit == "order":
        return None
    day = _days(dataset, dataset.events.time)
    return replace(dataset.events, time=day + dataset.events.time % 1.0)


def _days(dataset: Dataset, time: NDArray[np.float64]) -> NDArray[np.float64]:
    """The local day of each moment; zeros where times are positions."""
    if dataset.unit == "order":
        return np.zeros(len(time))
    return local_days(np.rint(time * MICROS_A_DAY).astype(np.int64), dataset.timezone).astype(np.float64)


def _end(dataset: Dataset, day: NDArray[np.float64]) -> float:
    reference = float(_days(dataset, np.array([dataset.reference]))[0])
    return 0.0 if dataset.unit == "order" else max(reference, float(day.max(initial=-np.inf)) + 1.0)


def _visits(
    lines: OrderLines, day: NDArray[np.float64], dataset: Dataset
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The visit of each line, where each customer's visits begin, and the day of each visit."""
    same = np.diff(lines.order) == 0 if dataset.unit == "order" else np.diff(day) == 0
    fresh = np.ones(len(lines), np.bool_)
    fresh[1:] = ~(same & (np.diff(lines.customer) == 0))
    start = np.searchsorted(lines.customer[fresh], np.arange(dataset.n_customers + 1))
    return np.cumsum(fresh) - 1, start, day[fresh]


def _events(lines: OrderLines, visit: NDArray[np.int64], n_items: int) -> tuple[NDArray[np.int64], Runs]:
    """The lines in the order of (customer, item, visit), and the runs of each such event."""
    pair = lines.customer.astype(np.int64) * n_items + lines.item
    order = lexicographic_order(visit, pair)
    pair, visit = pair[order], visit[order]
    fresh = np.ones(len(lines), np.bool_)
    fresh[1:] = (np.diff(pair) != 0) | (np.diff(visit) != 0)
    return order, Runs.of(np.cumsum(fresh) - 1)
