"""Basket, learning: which items share orders, by a shrunk asymmetric cosine (Deshpande and Karypis 2004)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.batch import Batch
from models.cut import cut
from models.methods.basket import Basket as Answering
from models.ragged import Ragged
from training.choice import fit_choice
from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.habits import habits, orders_after
from training.methods.usual import Usual, candidates, usual
from training.sparse import diagonal, distinct_pairs, keep_largest, product_top_k

NEIGHBOURS = 100
# The strongest habits of a customer that complete a basket.
HABITS = 60
# What a habit may weigh beside orders shared with the basket, and the places of a slate that choose among them.
OWN_WEIGHTS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PLACES = 10
# Last baskets asked at the most, and how many must hold the hidden item among their candidates to teach.
CHOOSING_BASKETS = 5_000
ENOUGH_BASKETS = 500
# The share of the other candidates that teach beside the hidden one: a sample teaches the same (McFadden 1978).
TAUGHT_SHARE = 0.25


class Basket:
    """score(anchor a, item i) = n_ai / (n_a^(1 - alpha) n_i^alpha + shrinkage), over orders.

    Beside it stands what the customer usually buys. Where enough last baskets, with one item of each hidden, teach it,
    a conditional logit weighs links, habits and the items themselves; else habits are added with the weight that finds
    most of what is hidden. `own_weight`: gives that weight, and nothing is learned.
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
        self.associations_ = self._associations(dataset)
        self.usual_ = Usual(np.empty(0, np.float32), keep_largest(habits(dataset), HABITS), np.empty(0, np.float32))
        if self.own_weight is not None:
            self.usual_.own.data *= np.float32(self.own_weight)
            return self
        earlier, batch, hidden = _last_baskets(dataset, self.seed)
        learned = self._associations(earlier)
        weights = _taught(earlier, learned, batch, hidden, self.seed)
        if weights is not None:
            self.usual_ = usual(dataset, weights)
        else:
            kept = keep_largest(habits(earlier), HABITS)
            self.usual_.own.data *= np.float32(_chosen_weight(learned, kept, batch, hidden))
        return self

    def arrays(self) -> Learned:
        return self.associations_ | self.usual_.arrays()

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
        return {
            "items": items,
            "scores": scores,
            "orders": together,
            "sold": sold.astype(np.int32),
            "n_orders": np.array([n_orders], np.int64),
        }


def _chosen_weight(learned: Learned, kept: csr_matrix, batch: Batch, hidden: NDArray[np.integer]) -> float:
    """The weight of habits that finds most hidden items of the last baskets; `kept`: from the orders before those."""
    if not len(batch):
        return 0.0
    return max(OWN_WEIGHTS, key=lambda weight: _found(learned | _habits_alone(kept, weight), batch, hidden))


def _habits_alone(kept: csr_matrix, weight: float) -> Learned:
    return Usual(np.empty(0, np.float32), kept * np.float32(weight), np.empty(0, np.float32)).arrays()


def _found(arrays: Learned, batch: Batch, hidden: NDArray[np.integer]) -> int:
    """How many of the hidden items are shown."""
    slots = Answering(arrays).candidates(batch, PLACES + HABITS)
    shown = cut(slots, (slots["item"] >= 0) & ~batch.exclude.contains(slots["item"]), PLACES)
    return int((shown["item"] == hidden[:, None]).sum())


def _taught(
    earlier: Dataset, learned: Learned, batch: Batch, hidden: NDArray[np.integer], seed: int
) -> NDArray[np.float64] | None:
    """Weights of links, own purchases and items, as in `training.methods.usual`.

    None where too few baskets teach, or where half of them taught what finds less in the other half than habits do
    with one weight.
    """
    if len(batch) < ENOUGH_BASKETS:
        return None
    query, item, features = candidates(earlier, learned, batch)
    chosen = item == hidden[query]
    reached = np.bincount(query, chosen, len(batch)) > 0
    if reached.sum() < ENOUGH_BASKETS:
        return None
    drawn = np.random.default_rng(seed).random(len(query)) < TAUGHT_SHARE
    kept = reached[query] & (chosen | drawn)
    query, features, chosen = query[kept], features[kept], chosen[kept]
    first = query % 2 == 0
    half = fit_choice(features[first], query[first], chosen[first])
    teaching, judging = np.arange(0, len(batch), 2), np.arange(1, len(batch), 2)
    kept_habits = keep_largest(habits(earlier), HABITS)
    weight = _chosen_weight(learned, kept_habits, batch.take(teaching), hidden[teaching])
    plain = _habits_alone(kept_habits, weight)
    found = [
        _found(learned | arrays, batch.take(judging), hidden[judging])
        for arrays in (plain, usual(earlier, half).arrays())
    ]
    return fit_choice(features, query, chosen) if found[1] >= found[0] else None


def _last_baskets(dataset: Dataset, seed: int) -> tuple[Dataset, Batch, NDArray[np.integer]]:
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
