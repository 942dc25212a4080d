"""Item-kNN, learning: cosine over damped customers with shrinkage (Sarwar et al. 2001; Deshpande, Karypis 2004)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from models.slots import Slots, empty_slots
from training.dataset import Dataset
from training.methods.base import Learned
from training.sparse import diagonal, keep_largest, product_top_k, scaled_rows

# A customer teaches with the items bought most often: the work grows with the square of how many these are.
TEACHING_ITEMS = 200


class ItemKNN:
    """sim(i, j) = sum_u w_u x_ui x_uj / (|i| |j| + shrinkage), w_u = degree_u^-damping; 0/1 purchases."""

    name: ClassVar[str] = "item_knn"

    def __init__(self, damping: float = 0.4, shrinkage: float = 5.0, neighbours: int = 100, depth: int = 100) -> None:
        self.damping = damping
        self.shrinkage = shrinkage
        self.neighbours = neighbours
        self.depth = depth

    def fit(self, dataset: Dataset) -> Self:
        purchases = dataset.purchases()
        degree = np.maximum(np.diff(purchases.indptr), 1)
        taught = keep_largest(purchases, TEACHING_ITEMS)
        taught.data[:] = 1.0
        weighted = scaled_rows(taught, degree ** (-self.damping / 2))
        norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=0)).ravel())

        self.items_, self.scores_ = product_top_k(
            weighted.T.tocsr(),
            weighted,
            self.neighbours,
            left_out=diagonal(dataset.n_items),
            row_norm=norm,
            column_norm=norm,
            shrinkage=self.shrinkage,
        )
        bought = purchases.copy()
        bought.data[:] = 1.0
        self.rows_ = ranked_unbought(bought, self.items_, self.scores_, self.depth)
        return self

    def arrays(self) -> Learned:
        return {"items": self.items_, "scores": self.scores_, "rows": self.rows_}


def ranked_unbought(bought: csr_matrix, items: NDArray[np.int32], scores: NDArray[np.float32], depth: int) -> Slots:
    """Each customer's best items not bought before: sums of the similarities to the items bought, SLOT (C, depth)."""
    n_items = bought.shape[1]
    filled = items >= 0
    row = np.broadcast_to(np.arange(n_items)[:, None], items.shape)[filled]
    neighbours = csr_matrix((scores[filled], (items[filled], row)), shape=(n_items, n_items))
    best, value = product_top_k(bought, neighbours, depth, left_out=bought)
    slots = empty_slots(*best.shape)
    slots["item"] = best
    slots["score"] = np.where(best >= 0, value, -np.inf)
    slots["method"] = METHOD_NUMBER[ItemKNN.name]
    return slots
