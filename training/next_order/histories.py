"""Histories: the known purchases of some customers, grouped by customer and item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.ragged import Ragged
from training.next_order.purchases import Purchases
from training.next_order.runs import Places, Runs


@dataclass(frozen=True, slots=True)
class Histories:
    """The first `visits[r]` visits of `customers[r]`, (R,) both; one entry an event, sorted by (row, item, visit).

    `row`, `item`, `visit`, `ago` (visits since, 0 the latest known), and `event`: which one of the shop's, all (E,);
    `pairs`: the entries of each row and item together.
    """

    purchases: Purchases
    customers: NDArray[np.int64]
    visits: NDArray[np.int64]
    event: NDArray[np.int64]
    row: NDArray[np.int64]
    item: NDArray[np.int32]
    visit: NDArray[np.int32]
    ago: NDArray[np.int64]
    pairs: Runs

    @classmethod
    def of(cls, purchases: Purchases, customers: NDArray[np.int64], visits: NDArray[np.int64]) -> Self:
        lists = Ragged(purchases.event_start, purchases.item).spans(customers)
        known = purchases.visit[lists.values] < np.repeat(visits, lists.lengths)
        event, row = lists.values[known], lists.queries()[known]
        item, visit = purchases.item[event], purchases.visit[event]
        pairs = Runs.of(row * purchases.n_items + item)
        return cls(purchases, customers, visits, event, row, item, visit, visits[row] - 1 - visit, pairs)

    def __len__(self) -> int:
        return len(self.customers)

    @property
    def time(self) -> NDArray[np.float64]:
        """The day of each entry."""
        return self.purchases.time[self.event]

    @property
    def size(self) -> NDArray[np.int64]:
        """How many items the visit of each entry held."""
        purchases = self.purchases
        size: NDArray[np.int64] = purchases.visit_size[purchases.visit_start[self.customers[self.row]] + self.visit]
        return size

    def find(self, row: NDArray[np.int64], item: NDArray[np.integer]) -> Places:
        """Where pairs of row and item stand."""
        return self.pairs.find(row * self.purchases.n_items + item)

    def faded(self, half_life: float) -> csr_matrix:
        """(R, N): the visits with each item, each halved every `half_life` visits (TIFU-KNN, Hu et al. 2020)."""
        return self.matrix(self.fading(half_life))

    def fading(self, half_life: float) -> NDArray[np.float64]:
        """What each entry still counts, (E,); all of them 1 where nobody knows which came first."""
        return np.ones(len(self.ago)) if self.purchases.dealt else np.exp2(-self.ago / half_life)

    def latest(self) -> csr_matrix:
        """(R, N): the latest known visit of each row, of length one."""
        return self.matrix(np.where(self.ago == 0, 1.0 / np.sqrt(self.size), 0.0))

    def matrix(self, weight: NDArray[np.floating]) -> csr_matrix:
        """(R, N) float32: the sum of one weight an entry; pairs of weight 0 are left out."""
        row, item = np.divmod(self.pairs.key, self.purchases.n_items)
        total = self.pairs.sum(weight).astype(np.float32)
        kept = total > 0
        indptr = np.searchsorted(row[kept], np.arange(len(self) + 1))
        return csr_matrix((total[kept], item[kept], indptr), shape=(len(self), self.purchases.n_items))
