"""Popularity: how often items were sold during the days, or each customer's visits, before a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.sorting import lexicographic_order
from training.next_order.histories import Histories

# Trailing windows in days, and in visits where times are positions; the last one is everything.
DAY_WINDOWS = (7.0, 28.0, np.inf)
VISIT_WINDOWS = (1.0, 3.0, np.inf)


@dataclass(frozen=True, slots=True)
class Popularity:
    """`item`, `time` (S,): one sale each, by time. In sequences a sale's time is minus the visits known since then,

    and all queries are asked at time 0.
    """

    n_items: int
    windows: tuple[float, ...]
    item: NDArray[np.int64]
    time: NDArray[np.float64]

    @classmethod
    def of(cls, known: Histories) -> Self:
        """Guests buy like others, but nobody knows which of a sequence's visits theirs stand beside."""
        purchases = known.purchases
        if purchases.sequence:
            item, time = known.item, -1.0 - known.ago.astype(np.float64)
            windows = (np.inf,) * len(VISIT_WINDOWS) if purchases.dealt else VISIT_WINDOWS
        else:
            item = np.append(known.item, purchases.guest_item)
            time, windows = np.append(known.time, purchases.guest_time), DAY_WINDOWS
        order = lexicographic_order(item, time)
        return cls(purchases.n_items, windows, item[order].astype(np.int64), time[order])

    def counts(self, moment: float) -> NDArray[np.int64]:
        """The sales of every item within each window before a moment, (windows, N)."""
        end = int(np.searchsorted(self.time, moment))
        begins = np.searchsorted(self.time[:end], [moment - window for window in self.windows])
        return np.stack([np.bincount(self.item[begin:end], minlength=self.n_items) for begin in begins])

    def shares(self, moments: NDArray[np.float64], item: NDArray[np.integer]) -> NDArray[np.float32]:
        """log of each item's smoothed share of the sales within each window before its moment, (len(item), windows)."""
        out = np.empty((len(item), len(self.windows)), np.float32)
        for moment in np.unique(moments).tolist():
            asked = np.flatnonzero(moments == moment)
            sold = self.counts(moment)
            total = sold.sum(axis=1) + 1e-3 * self.n_items + 1.0
            out[asked] = np.log((sold[:, item[asked]].T + 0.5) / total)
        return out

    def since(self, moments: NDArray[np.float64], item: NDArray[np.integer]) -> NDArray[np.float32]:
        """The time since each item's last sale before its moment; NaN without one."""
        out = np.empty(len(item), np.float32)
        for moment in np.unique(moments).tolist():
            asked = np.flatnonzero(moments == moment)
            last = np.full(self.n_items, np.nan)
            end = int(np.searchsorted(self.time, moment))
            last[self.item[:end]] = self.time[:end]
            out[asked] = moment - last[item[asked]]
        return out

    def best(self, moments: NDArray[np.float64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of query and best seller within the middle window."""
        distinct, which = np.unique(moments, return_inverse=True)
        lists = np.stack([np.argsort(-self.counts(moment)[1], kind="stable")[:count] for moment in distinct.tolist()])
        return np.repeat(np.arange(len(moments)), lists.shape[1]), lists[which].ravel()
