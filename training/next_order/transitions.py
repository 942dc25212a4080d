"""Transitions: which items share visits, follow one another from visit to visit, or share customers."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from scipy.sparse import csr_matrix

from training.next_order.histories import Histories
from training.sparse import diagonal, keep_largest, product_top_k, scaled_rows

# Larger visits say little about any two of their items, and cost most; so do customers' lesser items.
LARGEST_VISIT = 200
TEACHING_ITEMS = 100
RELATED = 100
# score(a -> i) = n_ai / (n_a^SOURCE n_i^TARGET + SHRINKAGE)
SOURCE, TARGET, SHRINKAGE = 0.6, 0.4, 2.0
# What a customer of n items says of any two of them counts n^-DAMPING.
DAMPING = 0.4


class Transitions(NamedTuple):
    """(N, N) each, from an item to those related to it: on one visit, on the next visit, among one's purchases."""

    same: csr_matrix
    following: csr_matrix
    shared: csr_matrix

    @classmethod
    def of(cls, known: Histories) -> Self:
        visits, customers = _visit_rows(known), _customer_rows(known)
        owner = np.repeat(np.arange(len(known)), known.visits)
        before = np.flatnonzero(np.diff(owner) == 0)
        return cls(
            same=_related(visits, visits),
            following=_related(visits[before], visits[before + 1]),
            shared=_related(customers, customers),
        )


def _visit_rows(known: Histories) -> csr_matrix:
    """(visits, N): the items of each visit, of length one; none of visits that are too large."""
    start = np.append(0, np.cumsum(known.visits))
    size = known.size
    weight = np.where(size <= LARGEST_VISIT, 1.0 / np.sqrt(size), 0.0).astype(np.float32)
    where = start[known.row] + known.visit, known.item
    return csr_matrix((weight, where), shape=(int(start[-1]), known.purchases.n_items))


def _customer_rows(known: Histories) -> csr_matrix:
    """(customers, N): what each customer buys most often, damped by how many items that customer bought."""
    bought = known.matrix(np.ones(len(known.item)))
    degree = np.maximum(np.diff(bought.indptr), 1)
    taught = keep_largest(bought, TEACHING_ITEMS)
    taught.data[:] = 1.0
    return scaled_rows(taught, degree ** (-DAMPING / 2))


def _related(before: csr_matrix, after: csr_matrix) -> csr_matrix:
    """The largest shrunk asymmetric cosines of every item (Deshpande and Karypis 2004; Bell and Koren 2007)."""
    first, second = (np.asarray(rows.sum(axis=0)).ravel() for rows in (before, after))
    items, scores = product_top_k(
        before.T.tocsr(),
        after,
        RELATED,
        left_out=diagonal(len(first)),
        row_norm=first**SOURCE,
        column_norm=second**TARGET,
        shrinkage=SHRINKAGE,
    )
    found = items >= 0
    indptr = np.append(0, np.cumsum(found.sum(axis=1)))
    return csr_matrix((scores[found], items[found], indptr), shape=(len(items), len(items)))
