"""Neighbours: customers alike in what they bought; what they hold, and what they bought next, are candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.next_order.histories import Histories
from training.next_order.purchases import Purchases
from training.sparse import keep_largest, product_top_k, scaled_columns, scaled_rows

# At most so many customers are looked at as neighbours, and at most so many items of each customer.
REFERENCE_CUSTOMERS = 20_000
STRONGEST_ITEMS = 100
# Visits after which a purchase counts half: for taste, and for what a customer is after right now.
TASTE_HALF_LIFE = 5.0
LATE_HALF_LIFE = 1.0
# How many neighbours vote with what they hold, and how many with their next visit.
HOLDING, NEXT = 150, 300


@dataclass(frozen=True, slots=True)
class Kin:
    """Customers by one half-life: unit rows of damped counts (transposed) and the item weights they were made with."""

    half_life: float
    weight: NDArray[np.float32]
    by_item: csr_matrix

    @classmethod
    def of(cls, reference: Histories, half_life: float) -> Self:
        held = reference.faded(half_life)
        weight = rarity(held)
        return cls(half_life, weight, unit_rows(held, weight).T.tocsr())

    def nearest(self, asked: Histories, self_of: csr_matrix, k: int, power: float) -> csr_matrix:
        """Similarity ^ power to the k nearest others, of sum 1 a row, (R, reference) (kNN of Faggioli et al. 2020)."""
        alike = unit_rows(asked.faded(self.half_life), self.weight)
        column, value = product_top_k(alike, self.by_item, k, left_out=self_of)
        found = column >= 0
        indptr = np.append(0, np.cumsum(found.sum(axis=1)))
        shape = (len(asked), self.by_item.shape[1])
        return unit_mass(csr_matrix((value[found] ** power, column[found], indptr), shape=shape))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Reference customers: what they hold, what they bought on their last visit, and how they looked before it."""

    place: NDArray[np.int64]
    holding: csr_matrix
    next_visit: csr_matrix
    now: Kin
    before: Kin
    lately: Kin

    @classmethod
    def of(cls, purchases: Purchases, taught: NDArray[np.int64], seed: int) -> Self:
        """`taught` (C,): how many visits of each customer may be looked at."""
        customers = np.flatnonzero(taught >= 2)
        if len(customers) > REFERENCE_CUSTOMERS:
            drawn = np.random.default_rng(seed).choice(len(customers), REFERENCE_CUSTOMERS, replace=False)
            customers = customers[np.sort(drawn)]
        place = np.full(purchases.n_customers, -1, np.int64)
        place[customers] = np.arange(len(customers))
        known = Histories.of(purchases, customers, taught[customers])
        earlier = Histories.of(purchases, customers, taught[customers] - 1)
        return cls(
            place=place,
            holding=strongest_shares(known.faded(TASTE_HALF_LIFE)),
            next_visit=known.latest(),
            now=Kin.of(known, TASTE_HALF_LIFE),
            before=Kin.of(earlier, TASTE_HALF_LIFE),
            lately=Kin.of(earlier, LATE_HALF_LIFE),
        )

    def votes(self, asked: Histories) -> dict[str, tuple[csr_matrix, csr_matrix]]:
        """Each way to vote as (asked x reference, reference x items), whose product is the score of every item."""
        own = self._self(asked)
        return {
            "knn": (self.now.nearest(asked, own, HOLDING, 2.0), self.holding),
            "knn_next": (self.before.nearest(asked, own, NEXT, 2.0), self.next_visit),
            "knn_late": (self.lately.nearest(asked, own, NEXT, 1.0), self.next_visit),
        }

    def _self(self, asked: Histories) -> csr_matrix:
        """Where each asked customer is a reference customer too, who must not vote."""
        place = self.place[asked.customers]
        row = np.flatnonzero(place >= 0)
        ones, shape = np.ones(len(row), np.float32), (len(asked), self.holding.shape[0])
        return csr_matrix((ones, (row, place[row])), shape=shape)


def rarity(held: csr_matrix) -> NDArray[np.float32]:
    """The inverse document frequency of each item (Spärck Jones 1972)."""
    holders = np.bincount(held.indices, minlength=held.shape[1])
    weight: NDArray[np.float32] = np.log(1 + held.shape[0] / (1 + holders)).astype(np.float32)
    return weight


def unit_rows(held: csr_matrix, weight: NDArray[np.float32]) -> csr_matrix:
    """Square roots of counts times `weight`, of length 1, the strongest items of each row."""
    rooted = held.copy()
    rooted.data = np.sqrt(rooted.data)
    rooted = scaled_columns(rooted, weight)
    length = np.sqrt(np.asarray(rooted.multiply(rooted).sum(axis=1)).ravel())
    return keep_largest(scaled_rows(rooted, 1.0 / np.maximum(length, 1e-9)), STRONGEST_ITEMS)


def unit_mass(matrix: csr_matrix) -> csr_matrix:
    """Rows of sum 1."""
    return scaled_rows(matrix, 1.0 / np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1e-12))


def strongest_shares(held: csr_matrix) -> csr_matrix:
    """Shares of each row's sum, the strongest items of each row."""
    return keep_largest(unit_mass(held), STRONGEST_ITEMS)
