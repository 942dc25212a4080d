"""Dataset: a shop's checked history and catalogue, by row, in arrays: what every learner fits."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.catalogue import Catalogue, Kind
from models.ids import IdMap

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class OrderLines:
    """One line for each item of an order, sorted by (customer, time, order); returns are netted out. All arrays (n,).

    `customer`: row in Dataset.customers, -1 for a guest or one who refused personalisation; `item`: the lead row of
    the item's variant group; `variant`: the row of what was bought; `order`: 0..n_orders-1 in the order of time;
    `time`: when the order began, in days since 1970, UTC, or as a position: each customer's last order has the
    greatest, the one before it one less; `quantity` > 0, 1 where unknown; `price`: of one piece, NaN unknown.
    """

    customer: NDArray[np.int32]
    item: NDArray[np.int32]
    variant: NDArray[np.int32]
    order: NDArray[np.int32]
    time: NDArray[np.float64]
    quantity: NDArray[np.float32]
    price: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.customer)

    def select(self, rows: NDArray[Any]) -> OrderLines:
        """The lines of a mask or of ascending indices."""
        return OrderLines(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True, slots=True)
class Events:
    """What customers looked at, sorted by (customer, time). All arrays (n,).

    `customer`, `item`: as of OrderLines, never -1; `kind` int8: index into `names`, the events' names such as
    `product_viewed`; `time`: in days since 1970, UTC.
    """

    customer: NDArray[np.int32]
    item: NDArray[np.int32]
    kind: NDArray[np.int8]
    time: NDArray[np.float64]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.customer)

    def select(self, rows: NDArray[Any]) -> Events:
        """The events of a mask or of ascending indices."""
        return Events(self.customer[rows], self.item[rows], self.kind[rows], self.time[rows], self.names)


@dataclass(frozen=True, slots=True)
class Dataset:
    """`columns`, `arrays`: what models.catalogue.Catalogue takes; `customer_columns`, `customer_arrays`: of customers.

    `reference`: the end of the training window; `off`: what missing columns switch off, one sentence each; `events`:
    None where there are none to learn from; `orders_known`: whether anything tells what was bought together; `dealt`:
    whether the sequence of orders was drawn, and so says nothing.
    """

    customers: IdMap
    items: IdMap
    lines: OrderLines
    columns: dict[str, Kind]
    arrays: Arrays
    customer_columns: dict[str, Kind]
    customer_arrays: Arrays
    unit: Literal["day", "order"]
    reference: float
    timezone: str
    currency: str | None
    off: tuple[str, ...] = ()
    events: Events | None = None
    orders_known: bool = True
    dealt: bool = False

    @property
    def n_customers(self) -> int:
        return len(self.customers)

    @property
    def n_items(self) -> int:
        return len(self.items)

    @property
    def timed(self) -> bool:
        """Whether orders follow one another at all, so that the history can be cut in time."""
        return len(self.lines) > 0 and bool(self.lines.time.min() < self.lines.time.max())

    def until(self, cut: float) -> Dataset:
        """The shop as it was known at `cut`: earlier lines and events, with the same ids and the same catalogue."""
        events = None if self.events is None else self.events.select(self.events.time < cut)
        return replace(self, lines=self.lines.select(self.lines.time < cut), reference=cut, events=events)

    def purchases(self) -> csr_matrix:
        """float32 (customers, items): the number of orders of the customer that held the item."""
        lines = self.lines.select(self.lines.customer >= 0)
        pairs = np.unique(lines.order.astype(np.int64) * max(self.n_items, 1) + lines.item, return_index=True)[1]
        ones = np.ones(len(pairs), np.float32)
        shape = (self.n_customers, self.n_items)
        return csr_matrix((ones, (lines.customer[pairs], lines.item[pairs])), shape=shape)

    def catalogue(self) -> Catalogue:
        return Catalogue(self.n_items, self.columns, self.arrays)
