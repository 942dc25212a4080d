"""EASE, learning: the linear model of all items from all others, in closed form, for catalogues of some thousands.

Steck (2019), Embarrassingly Shallow Autoencoders for Sparse Data; with damped customers and a power of each item's
frequency. Ridge is the same with few neighbours an item, and fits catalogues of any size.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from training.methods.bought import FromBought
from training.methods.item_knn import weighted
from training.methods.ridge import descending
from training.methods.scorer import Lists

# Items of fewer buyers than this are left out: what one customer alone bought tells of nobody else.
FEWEST_BUYERS = 2
# The weights that are kept of every item, the largest, whatever their sign.
KEPT = 400
# Of more items than this, those bought most are modelled: the inverse takes 8 bytes x items^2, and items^3 steps.
MOST_ITEMS = 20_000


class EASE(FromBought):
    """B = I - P diag(1 / diag P), P = (G + regularization I)^-1, with G = X' diag(degree^-damping) X;

    w_i = B_i n_i^-target_exponent, n = diag G. The inverse alone may take all `threads` of the machine.
    """

    name: ClassVar[str] = "ease"

    def __init__(
        self,
        regularization: float = 100.0,
        damping: float = 0.2,
        target_exponent: float = 0.1,
        most_items: int = MOST_ITEMS,
        depth: int = 100,
        events: float = 0.0,
        threads: int = 1,
    ) -> None:
        self.regularization = regularization
        self.damping = damping
        self.target_exponent = target_exponent
        self.most_items = most_items
        self.depth = depth
        self.events = events
        self.threads = threads

    def learn(self, purchases: csr_matrix) -> Lists:
        modelled = modelled_items(purchases, self.most_items)
        buyers = weighted(purchases, self.damping)[:, modelled]
        n_items, size = purchases.shape[1], min(KEPT, max(len(modelled) - 1, 1))
        items = np.full((n_items, size), -1, np.int32)
        scores = np.zeros((n_items, size), np.float32)
        if len(modelled) > 1:
            gram = np.asarray((buyers.T @ buyers).todense(), np.float64)
            norm = np.maximum(np.diag(gram), 1e-9)
            weights = self._weights(gram) * norm[:, None] ** -self.target_exponent
            near = np.argpartition(-np.abs(weights), size - 1, axis=1)[:, :size]
            kept = np.take_along_axis(weights, near, axis=1)
            items[modelled] = np.where(kept != 0, modelled[near], -1)
            scores[modelled] = kept
        self.scorer_ = Lists(*descending(items, scores))
        return self.scorer_

    def _weights(self, gram: NDArray[np.float64]) -> NDArray[np.float64]:
        """Row i: what each item says for item i, 0 for itself. Overwrites `gram`."""
        gram[np.diag_indices_from(gram)] += self.regularization
        with threadpool_limits(limits=self.threads, user_api="blas"):
            factor, _ = lapack.dpotrf(gram, lower=1, overwrite_a=1)
            inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
        lower = np.tril(inverse)
        inverse = lower + np.tril(lower, -1).T
        weights: NDArray[np.float64] = -inverse / np.diag(inverse)[:, None]
        np.fill_diagonal(weights, 0.0)
        return weights


def modelled_items(purchases: csr_matrix, most: int) -> NDArray[np.int32]:
    """The items with several buyers, at most so many of them, ascending."""
    buyers = np.bincount(purchases.indices, minlength=purchases.shape[1])
    known = np.flatnonzero(buyers >= FEWEST_BUYERS)
    if len(known) > most:
        known = np.sort(known[np.lexsort((known, -buyers[known]))[:most]])
    return known.astype(np.int32)
