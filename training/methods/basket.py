"""Basket, learning: which items share orders, by a shrunk asymmetric cosine (Deshpande and Karypis 2004)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
from scipy.sparse import csr_matrix

from models.batch import Batch
from models.cut import cut
from models.methods.basket import Basket as Answering
from models.ragged import Ragged
from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.habits import habits, orders_after
from training.sparse import diagonal, distinct_pairs, keep_largest, product_top_k

NEIGHBOURS = 100
# The strongest habits of a customer that complete a basket.
HABITS = 60
# What a habit may weigh beside orders shared with the basket, and the places of a slate that choose among them.
OWN_WEIGHTS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PLACES = 10
# Last baskets asked at the most.
CHOOSING_BASKETS = 5_000


class Basket:
    """score(anchor a, item i) = n_ai / (n_a^(1 - alpha) n_i^alpha + shrinkage), over orders; habits are added to it.

    `own_weight`: what a habit weighs; None lets the last baskets choose, with one item of each hidden.
    """

    name: ClassVar[str] = "basket"

    def __init__(
        self,
        alpha: float = 0.3,
        shrinkage: float = 5.0,
        neighbours: int = NEIGHBOURS,
        own_weight: float | None = None,
        seed: int = 0,
    ) -> None:
        self.alpha = alpha
        self.shrinkage = shrinkage
        self.neighbours = neighbours
        self.own_weight = own_weight
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        self.own_weight_ = self._chosen_weight(dataset) if self.own_weight is None else self.own_weight
        self.associations_ = self._associations(dataset)
        self.habits_ = keep_largest(habits(dataset), HABITS)
        return self

    def arrays(self) -> Learned:
        return self.associations_ | _weighed(self.habits_, self.own_weight_)

    def _associations(self, dataset: Dataset) -> Learned:
        lines = dataset.lines
        n_orders = int(lines.order.max(initial=-1)) + 1
        orders = distinct_pairs(lines.order, lines.item, (n_orders, dataset.n_items))
        sold = np.asarray(orders.sum(axis=0)).ravel()
        own, other = sold ** (1 - self.alpha), sold**self.alpha
        items, scores = product_top_k(
            orders.T.tocsr(),
            orders,
            self.neighbours,
            left_out=diagonal(dataset.n_items),
            row_norm=own,
            column_norm=other,
            shrinkage=self.shrinkage,
        )
        together = np.rint(scores * (own[:, None] * other[items] + self.shrinkage)).astype(np.int32)
        return {"items": items, "scores": scores, "orders": together}

    def _chosen_weight(self, dataset: Dataset) -> float:
        """The weight that finds most hidden items of the last baskets, learned from the orders before those."""
        earlier, batch, hidden = _last_baskets(dataset, self.seed)
        if not len(batch):
            return 0.0
        learned, usual = self._associations(earlier), keep_largest(habits(earlier), HABITS)

        def found(weight: float) -> int:
            slots = Answering(learned | _weighed(usual, weight)).candidates(batch, PLACES + HABITS)
            shown = cut(slots, (slots["item"] >= 0) & ~batch.exclude.contains(slots["item"]), PLACES)
            return int((shown["item"] == hidden[:, None]).sum())

        return max(OWN_WEIGHTS, key=found)


def _weighed(usual: csr_matrix, weight: float) -> Learned:
    """Habits on the scale of the associations; none at all where they weigh nothing."""
    kept = usual if weight else csr_matrix(usual.shape, dtype=np.float32)
    return {
        "own_indptr": kept.indptr.astype(np.int64),
        "own_items": kept.indices.astype(np.int32),
        "own_scores": (weight * kept.data).astype(np.float32),
    }


def _last_baskets(dataset: Dataset, seed: int) -> tuple[Dataset, Batch, np.ndarray]:
    """The orders before each customer's last; the last ones of two items or more with one hidden; what is hidden."""
    lines = dataset.lines
    known = np.flatnonzero(lines.customer >= 0)
    later, total = orders_after(lines.select(known), dataset.n_customers)
    last = known[(later == 0) & (total[lines.customer[known]] > 1)]
    earlier = np.ones(len(lines), np.bool_)
    earlier[last] = False
    generator = np.random.default_rng(seed)
    basket = distinct_pairs(lines.customer[last], lines.item[last], (dataset.n_customers, dataset.n_items))
    asked = np.flatnonzero(np.diff(basket.indptr) > 1)
    if len(asked) > CHOOSING_BASKETS:
        asked = np.sort(generator.choice(asked, CHOOSING_BASKETS, replace=False))
    basket = basket[asked]
    size = np.diff(basket.indptr)
    place = basket.indptr[:-1] + (generator.random(len(asked)) * size).astype(np.int64)
    visible = np.ones(len(basket.indices), np.bool_)
    visible[place] = False
    anchors = Ragged(np.append(0, np.cumsum(size - 1)), basket.indices[visible].astype(np.int32))
    batch = Batch.of_anchors(anchors, asked.astype(np.int32))
    return replace(dataset, lines=lines.select(earlier)), batch, basket.indices[place]
