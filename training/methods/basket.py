"""Basket, learning: which items share orders, by a shrunk asymmetric cosine (Deshpande and Karypis 2004)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from training.dataset import Dataset
from training.methods.base import Learned
from training.sparse import diagonal, distinct_pairs, product_top_k

NEIGHBOURS = 100


class Basket:
    """score(anchor a, item i) = n_ai / (n_a^(1 - alpha) n_i^alpha + shrinkage), over orders."""

    name: ClassVar[str] = "basket"

    def __init__(self, alpha: float = 0.3, shrinkage: float = 5.0, neighbours: int = NEIGHBOURS) -> None:
        self.alpha = alpha
        self.shrinkage = shrinkage
        self.neighbours = neighbours

    def fit(self, dataset: Dataset) -> Self:
        lines = dataset.lines
        n_orders = int(lines.order.max(initial=-1)) + 1
        orders = distinct_pairs(lines.order, lines.item, (n_orders, dataset.n_items))
        sold = np.asarray(orders.sum(axis=0)).ravel()

        own, other = sold ** (1 - self.alpha), sold**self.alpha
        self.items_, self.scores_ = product_top_k(
            orders.T.tocsr(),
            orders,
            self.neighbours,
            left_out=diagonal(dataset.n_items),
            row_norm=own,
            column_norm=other,
            shrinkage=self.shrinkage,
        )
        norm = own[:, None] * other[self.items_] + self.shrinkage
        self.orders_ = np.rint(self.scores_ * norm).astype(np.int32)
        return self

    def arrays(self) -> Learned:
        return {"items": self.items_, "scores": self.scores_, "orders": self.orders_}
