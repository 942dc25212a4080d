"""TIFU, learning: what customers bought, faded by time, and what customers alike hold and bought next.

Hu, He, Gao, Zhang (2020), Modeling Personalized Item Frequency Information for Next-basket Recommendation, whose decay
by position is one by time here, in days where there are days (Romanov et al. 2023); neighbours by a cosine, and voting
with their last order too, as Faggioli, Polato, Aiolli (2020) let them.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack

from models.methods import METHOD_NUMBER
from models.slots import empty_slots
from training.dataset import Dataset, OrderLines
from training.methods.base import Learned
from training.methods.habits import orders_after
from training.sparse import diagonal, keep_largest, product_top_k, scaled_columns, scaled_rows

# At most so many customers are looked at as neighbours, and at most so many items of each.
REFERENCE_CUSTOMERS = 20_000
STRONGEST_ITEMS = 100


class TIFU:
    """score = own_share p_u + (1 - own_share) mean over neighbours v of (p_v + l_v) / 2, neighbours weighed by

    cosine^2; p: shares of purchases that halve every `half_life` days, or orders; l: shares of the last order, the
    neighbours being those whose history before it is like the customer's of today.
    """

    name: ClassVar[str] = "tifu"

    def __init__(
        self,
        half_life: float = 60.0,
        own_share: float = 0.3,
        neighbours: int = 200,
        depth: int = 100,
        seed: int = 0,
    ) -> None:
        self.half_life = half_life
        self.own_share = own_share
        self.neighbours = neighbours
        self.depth = depth
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        lines = dataset.lines.select(dataset.lines.customer >= 0)
        later, total = orders_after(lines, dataset.n_customers)
        shape = (dataset.n_customers, dataset.n_items)
        held = self._faded(lines, dataset.reference, shape)
        before = self._faded(lines.select(later > 0), dataset.reference, shape)
        last = _pairs(lines.select(later == 0), None, shape)
        reference = self._reference(total)
        now = self._nearest(held, held, reference)
        then = self._nearest(held, before, reference)
        others = (1.0 - self.own_share) / 2.0
        left = hstack([self.own_share * unit_mass(held), others * now, others * then], format="csr")
        rest = [keep_largest(unit_mass(each[reference]), STRONGEST_ITEMS) for each in (held, last)]
        right = vstack([diagonal(dataset.n_items), *rest], format="csr")
        items, scores = product_top_k(csr_matrix(left), csr_matrix(right), min(self.depth, max(dataset.n_items, 1)))
        self.rows_ = empty_slots(*items.shape)
        self.rows_["item"] = items
        self.rows_["score"] = np.where(items >= 0, scores, -np.inf)
        self.rows_["method"] = METHOD_NUMBER[self.name]
        return self

    def arrays(self) -> Learned:
        return {"rows": self.rows_}

    def _faded(self, lines: OrderLines, reference: float, shape: tuple[int, int]) -> csr_matrix:
        """The orders of each customer that held each item, halved every half-life. (C, N)"""
        return _pairs(lines, np.exp2(-(reference - lines.time) / self.half_life), shape)

    def _reference(self, orders: NDArray[np.int64]) -> NDArray[np.int64]:
        """Customers with an order before their last one, drawn with the seed where there are too many."""
        known = np.flatnonzero(orders > 1)
        if len(known) <= REFERENCE_CUSTOMERS:
            return known
        return np.sort(np.random.default_rng(self.seed).choice(known, REFERENCE_CUSTOMERS, replace=False))

    def _nearest(self, asked: csr_matrix, known: csr_matrix, reference: NDArray[np.int64]) -> csr_matrix:
        """Cosine^2 to each customer's nearest of the reference customers but itself, of sum 1. (C, reference)"""
        weight = rarity(known[reference])
        alike = unit_rows(known[reference], weight).T.tocsr()
        place = np.arange(len(reference))
        shape = (asked.shape[0], len(reference))
        itself = csr_matrix((np.ones(len(reference), np.float32), (reference, place)), shape=shape)
        found, cosine = product_top_k(unit_rows(asked, weight), alike, self.neighbours, left_out=itself)
        near = found >= 0
        indptr = np.append(0, np.cumsum(near.sum(axis=1)))
        return unit_mass(csr_matrix((cosine[near] ** 2, found[near], indptr), shape=shape))


def _pairs(lines: OrderLines, weight: NDArray[np.floating] | None, shape: tuple[int, int]) -> csr_matrix:
    """Sums over distinct (order, item) of each customer. (C, N) float32"""
    fresh = np.unique(lines.order.astype(np.int64) * max(shape[1], 1) + lines.item, return_index=True)[1]
    values = np.ones(len(fresh), np.float32) if weight is None else weight[fresh].astype(np.float32)
    return csr_matrix((values, (lines.customer[fresh], lines.item[fresh])), shape=shape)


def rarity(held: csr_matrix) -> NDArray[np.floating]:
    """The inverse document frequency of each item (Spärck Jones 1972)."""
    holders = np.bincount(held.indices, minlength=held.shape[1])
    weight: NDArray[np.float64] = np.log(1 + held.shape[0] / (1 + holders))
    return weight


def unit_rows(held: csr_matrix, weight: NDArray[np.floating]) -> csr_matrix:
    """Square roots of counts times `weight`, of length 1, the strongest items of each row."""
    rooted = held.copy()
    rooted.data = np.sqrt(rooted.data)
    rooted = scaled_columns(rooted, weight)
    length = np.sqrt(np.asarray(rooted.multiply(rooted).sum(axis=1)).ravel())
    return keep_largest(scaled_rows(rooted, 1.0 / np.maximum(length, 1e-12)), STRONGEST_ITEMS)


def unit_mass(matrix: csr_matrix) -> csr_matrix:
    """Rows of sum 1; rows of nothing stay so."""
    return scaled_rows(matrix, 1.0 / np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1e-30))
