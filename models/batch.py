"""Batch: B queries of one placement with every id translated to a row."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged


class Batch(msgspec.Struct, frozen=True, eq=False):
    """All items are lead rows (see Catalogue.leads); unknown ids have been dropped.

    `customers` int32 (B,), -1 unknown; `anchors`: the items a query is about (`item_id`, or the cart);
    `recent`: items just viewed, latest first; `exclude`: items that must not appear;
    `elapsed` float32 (B,): as_of minus the bundle's reference time, in time units.
    A struct, as all that a request makes one of: a frozen dataclass takes five times as long to make.
    """

    customers: NDArray[np.int32]
    anchors: Ragged
    recent: Ragged
    exclude: Ragged
    elapsed: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.customers)

    def take(self, rows: NDArray[np.integer]) -> Batch:
        """The queries of the given rows, in their order."""
        return Batch(
            customers=self.customers[rows],
            anchors=self.anchors.take(rows),
            recent=self.recent.take(rows),
            exclude=self.exclude.take(rows),
            elapsed=self.elapsed[rows],
        )

    @classmethod
    def of_customers(cls, customers: NDArray[np.int32], *, elapsed: float = 0.0) -> Batch:
        """Customers alone: what exports and evaluations ask."""
        none = Ragged.empty(len(customers))
        return cls(customers, none, none, none, np.full(len(customers), elapsed, np.float32))

    @classmethod
    def of_anchors(cls, anchors: Ragged, customers: NDArray[np.int32] | None = None) -> Batch:
        """Anchor items, each query's own anchors left out of its slate."""
        size = len(anchors)
        known = np.full(size, -1, np.int32) if customers is None else customers
        return cls(known, anchors, Ragged.empty(size), anchors, np.zeros(size, np.float32))
