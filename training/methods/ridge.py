"""Ridge, learning: a sparse linear model of items from items, one small ridge regression over each item's neighbours.

The closed form of EASE (Steck 2019) for catalogues of any size, with the neighbourhoods of fsSLIM (Ning, Karypis
2011), as the sparse Markov random fields of Steck (2019, NeurIPS) without their shared blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.methods.bought import FromBought
from training.methods.cholesky import solve_positive
from training.methods.item_knn import ItemKNN, weighted
from training.methods.scorer import Lists
from training.sparse import PIECES, product_top_k

# Overlaps that are kept in memory, the largest of every item, and how many of one item at the most.
OVERLAPS = 50_000_000
FEWEST_OVERLAPS, MOST_OVERLAPS = 100, 600


class Ridge(FromBought):
    """w_i = (G_NN + regularization I)^-1 G_Ni n_i^-target_exponent, with G = X' diag(degree^-damping) X, n = diag G,

    N = the `neighbours` items nearest to i by item-kNN with the `selection` settings.
    """

    name: ClassVar[str] = "ridge"

    def __init__(
        self,
        damping: float = 0.4,
        regularization: float = 15.0,
        target_exponent: float = 0.2,
        neighbours: int = 50,
        selection: Mapping[str, Any] | None = None,
        overlaps: int = MOST_OVERLAPS,
        depth: int = 100,
        events: float = 0.0,
    ) -> None:
        self.damping = damping
        self.regularization = regularization
        self.target_exponent = target_exponent
        self.neighbours = neighbours
        self.selection = selection
        self.overlaps = overlaps
        self.depth = depth
        self.events = events

    def learn(self, purchases: csr_matrix) -> Lists:
        knn = ItemKNN(**{**(self.selection or {}), "neighbours": self.neighbours})
        near = knn.similar(weighted(purchases, knn.damping))[0]
        buyers = weighted(purchases, self.damping)
        n_items = buyers.shape[1]
        kept = min(max(FEWEST_OVERLAPS, OVERLAPS // max(n_items, 1)), self.overlaps)
        columns, values = product_top_k(buyers.T.tocsr(), buyers, kept)
        norm = np.asarray(buyers.multiply(buyers).sum(axis=0), np.float64).ravel()
        weights = _solve(columns, values, norm, near, self.regularization)
        weights *= np.maximum(norm, 1e-9)[:, None] ** -self.target_exponent
        self.scorer_ = Lists(*descending(near, weights.astype(np.float32)))
        return self.scorer_


def descending(items: NDArray[np.int32], weights: NDArray[np.float32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Each row by weight, ties by item, padding last."""
    order = np.lexsort((items, np.where(items >= 0, -weights, np.inf)), axis=1)
    return np.take_along_axis(items, order, axis=1), np.take_along_axis(weights, order, axis=1)


@numba.njit(parallel=True, nogil=True, cache=True)
def _solve(columns, values, norm, near, regularization):  # type: ignore[no-untyped-def]
    """The weights float64 (N, m) of each item's neighbours `near`."""
    out = np.zeros(near.shape, np.float64)
    for piece in numba.prange(PIECES):
        place = np.full(len(near), near.shape[1] + 1, np.int32)
        for item in range(piece, len(near), PIECES):
            _solve_item(columns, values, norm, near[item], item, regularization, place, out[item])
    return out


@numba.njit(cache=True)
def _solve_item(columns, values, norm, near, item, regularization, place, out):  # type: ignore[no-untyped-def]
    """The weights of one item; an overlap is known if either of the two items lists it. `place` (N,) is all m + 1."""
    size = 0
    while size < len(near) and near[size] >= 0:
        place[near[size]] = size
        size += 1
    place[item] = size
    # What the item has nothing to do with falls into a column of no meaning, since no branch could be foretold.
    gram = np.zeros((size + 1, len(near) + 2))
    for row in range(size + 1):
        other = near[row] if row < size else item
        for entry in range(columns.shape[1]):
            column = columns[other, entry]
            if column < 0:
                break
            gram[row, place[column]] = values[other, entry]
        gram[row, row] = norm[other] + regularization
        for column in range(row):
            gram[row, column] = max(gram[row, column], gram[column, row])
    out[:size] = gram[size, :size]
    solve_positive(gram[:size, :size], out[:size], regularization)
    place[item] = len(near) + 1
    for row in range(size):
        place[near[row]] = len(near) + 1
