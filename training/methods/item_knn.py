"""Item-kNN, learning: overlap of buyers, damped, shrunk and asymmetric, over 0/1 purchases.

One family: cosine (damping 0, both exponents 1/2; Sarwar et al. 2001), asymmetric cosine (exponents that sum to 1;
Aiolli 2013), RP3beta (damping 1, own exponent 1; Paudel et al. 2017), linear graph filter (damping 1, exponents 1/2;
Shen et al. 2021), each with the shrinkage of Bell and Koren (2007).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.methods.bought import FromBought, capped
from training.methods.scorer import Lists
from training.sparse import diagonal, keep_largest, product_top_k, scaled_rows

# A customer teaches with the items bought most often: the work grows with the square of how many these are.
TEACHING_ITEMS = 200


class ItemKNN(FromBought):
    """score(j -> i) = sum_u w_u x_uj x_ui / (n_j^own_exponent n_i^other_exponent + shrinkage), w_u = degree_u^-damping,

    n = sum_u w_u x_u; each item i keeps the `neighbours` items j that speak for it the most.
    """

    name: ClassVar[str] = "item_knn"

    def __init__(
        self,
        damping: float = 0.4,
        own_exponent: float = 0.6,
        other_exponent: float = 0.5,
        shrinkage: float = 5.0,
        neighbours: int = 100,
        depth: int = 100,
        events: float = 0.0,
    ) -> None:
        self.damping = damping
        self.own_exponent = own_exponent
        self.other_exponent = other_exponent
        self.shrinkage = shrinkage
        self.neighbours = neighbours
        self.depth = depth
        self.events = events

    def learn(self, purchases: csr_matrix) -> Lists:
        self.scorer_ = Lists(*self.similar(weighted(purchases, self.damping)))
        return self.scorer_

    def similar(self, buyers: csr_matrix) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The lists of every item from `buyers` (C, N), as weighted() makes it."""
        norm = np.asarray(buyers.multiply(buyers).sum(axis=0)).ravel()
        return product_top_k(
            buyers.T.tocsr(),
            buyers,
            self.neighbours,
            left_out=diagonal(buyers.shape[1]),
            row_norm=norm**self.other_exponent,
            column_norm=norm**self.own_exponent,
            shrinkage=self.shrinkage,
        )


def weighted(purchases: csr_matrix, damping: float) -> csr_matrix:
    """What customers teach, each row times degree^(-damping / 2), so that products of columns are damped overlaps."""
    degree = np.maximum(np.diff(purchases.indptr), 1)
    return scaled_rows(capped(keep_largest(purchases, TEACHING_ITEMS)), degree ** (-damping / 2))
