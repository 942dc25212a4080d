"""RP3beta, learning: a walk of three steps from customer to item to customer to item, popular ends divided out.

Paudel, Christoffel, Newell, Bernstein (2017): Updatable, Accurate, Diverse, and Scalable Recommendations.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix

from training.methods.bought import FromBought, capped
from training.methods.item_knn import TEACHING_ITEMS
from training.methods.scorer import Lists
from training.sparse import diagonal, keep_largest, product_top_k, scaled_columns, scaled_rows


class RP3Beta(FromBought):
    """score(j -> i) = sum_u (x_uj / d_j)^alpha (x_ui / d_u)^alpha / d_i^beta, with d the sums of rows and columns."""

    name: ClassVar[str] = "rp3beta"

    def __init__(
        self,
        alpha: float = 0.7,
        beta: float = 0.5,
        neighbours: int = 200,
        depth: int = 100,
        events: float = 0.0,
    ) -> None:
        self.alpha = alpha
        self.beta = beta
        self.neighbours = neighbours
        self.depth = depth
        self.events = events

    def learn(self, purchases: csr_matrix) -> Lists:
        taught = capped(keep_largest(purchases, TEACHING_ITEMS))
        of_customer, of_item = (np.asarray(taught.sum(axis=axis)).ravel() for axis in (1, 0))
        walked = taught.copy()
        walked.data = walked.data**self.alpha
        to_customer = scaled_columns(walked, inverse(of_item, self.alpha))
        to_item = scaled_columns(scaled_rows(walked, inverse(of_customer, self.alpha)), inverse(of_item, self.beta))
        itself = diagonal(taught.shape[1])
        self.scorer_ = Lists(*product_top_k(to_item.T.tocsr(), to_customer, self.neighbours, left_out=itself))
        return self.scorer_


def inverse(degree: np.ndarray, exponent: float) -> np.ndarray:
    """degree^-exponent, and 1 where nothing was bought."""
    return np.where(degree > 0, degree, 1.0) ** -exponent
