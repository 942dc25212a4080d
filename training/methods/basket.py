"""Basket, learning: which items share orders, by a shrunk asymmetric cosine (Deshpande and Karypis 2004), and what

each is worth beside the others of an order, by a sparse linear model (training.methods.ridge).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

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
from training.methods.ridge import Ridge
from training.methods.usual import Lessons, Usual, lessons, usual
from training.sparse import (
    diagonal,
    distinct_pairs,
    keep_largest,
    product_at,
    product_top_k,
    scaled_columns,
    scaled_rows,
)

NEIGHBOURS = 100
# The strongest habits of a customer that complete a basket.
HABITS = 60
# What a habit may weigh beside orders shared with the basket, and the places of a slate that choose among them.
OWN_WEIGHTS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PLACES = 10
# Last baskets that teach at the most, how many must hold the hidden item among their candidates to do so, and how many
# judge: answering them takes longer than learning from them.
TEACHING_BASKETS = 5_000
ENOUGH_BASKETS = 500
JUDGING_BASKETS = 400
# The share of the other candidates that teach beside the hidden one: a sample teaches the same (McFadden 1978).
TAUGHT_SHARE = 0.1
# What each pair is worth beside the others: over how many neighbours, held back how much, from how many overlaps.
RIDGE: dict[str, Any] = {"regularization": 15.0, "neighbours": 50, "overlaps": 200}
# An item of fewer orders would be worth next to nothing, so much is it held back.
TELLING_ORDERS = 3


class Basket:
    """score(anchor a, item i) = n_ai / (n_a^(1 - alpha) n_i^alpha + shrinkage); an order of m > 1 counts m^-damping.

    Beside it stands what the customer usually buys. Where enough last baskets, with one item of each hidden, teach it,
    a conditional logit weighs links, habits and the items themselves; else habits are added with the weight that finds
    most of what is hidden. `own_weight`: gives that weight, and nothing is learned.
    """

    name: ClassVar[str] = "basket"

    def __init__(
        self,
        alpha: float = 0.3,
        shrinkage: float = 5.0,
        damping: float = 0.5,
        neighbours: int = NEIGHBOURS,
        own_weight: float | None = None,
        seed: int = 0,
    ) -> None:
        self.alpha = alpha
        self.shrinkage = shrinkage
        self.damping = damping
        self.neighbours = neighbours
        self.own_weight = own_weight
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        self.associations_ = self._associations(dataset)
        if self.own_weight is not None:
            self.usual_ = _habits_alone(_kept_habits(dataset), self.own_weight)
            return self
        earlier, batch, hidden = _last_baskets(dataset, self.seed)
        learned = self._associations(earlier)
        weights = _taught(earlier, learned, batch, hidden, self.seed)
        if weights is not None:
            self.associations_ |= _ridge(dataset, self.associations_)
            self.usual_ = usual(dataset, weights)
        else:
            weight = _chosen_weight(learned, _kept_habits(earlier), batch, hidden)
            self.usual_ = _habits_alone(_kept_habits(dataset), weight)
        return self

    def arrays(self) -> Learned:
        return self.associations_ | self.usual_.arrays()

    def _associations(self, dataset: Dataset) -> Learned:
        orders = _orders(dataset)
        several = _of_several(orders)
        counted = scaled_rows(several, np.diff(several.indptr) ** (-self.damping / 2))
        weight = np.asarray(counted.multiply(counted).sum(axis=0)).ravel()
        items, scores = product_top_k(
            counted.T.tocsr(),
            counted,
            self.neighbours,
            left_out=diagonal(dataset.n_items),
            row_norm=weight ** (1 - self.alpha),
            column_norm=weight**self.alpha,
            shrinkage=self.shrinkage,
        )
        together = np.zeros(items.shape, np.int32)
        anchor, place = np.nonzero(items >= 0)
        together[anchor, place] = product_at(orders.T.tocsr(), orders, anchor, items[anchor, place])
        return {
            "items": items,
            "scores": scores,
            "orders": together,
            "sold": np.bincount(orders.indices, minlength=dataset.n_items).astype(np.int32),
            "n_orders": np.array([orders.shape[0]], np.int64),
        }


def _orders(dataset: Dataset) -> csr_matrix:
    """(orders, N): which items each order held."""
    lines = dataset.lines
    return distinct_pairs(lines.order, lines.item, (int(lines.order.max(initial=-1)) + 1, dataset.n_items))


def _of_several(orders: csr_matrix) -> csr_matrix:
    """An item bought alone says nothing of what completes a basket."""
    return orders[np.diff(orders.indptr) > 1]


def _ridge(dataset: Dataset, associations: Learned) -> Learned:
    """What each associated pair is worth beside the other items of an order, at least nothing."""
    orders = _of_several(_orders(dataset))
    sold = np.bincount(orders.indices, minlength=dataset.n_items)
    telling = scaled_columns(orders, np.where(sold >= TELLING_ORDERS, 1.0, 0.0))
    telling.eliminate_zeros()
    speaks_for = Ridge(**RIDGE).learn(telling).speaks_for(dataset.n_items)
    items = associations["items"]
    anchor, place = np.nonzero(items >= 0)
    worth = np.zeros(items.shape, np.float32)
    worth[anchor, place] = np.maximum(np.asarray(speaks_for[anchor, items[anchor, place]]).ravel(), 0.0)
    return {"ridge": worth}


def _chosen_weight(learned: Learned, kept: csr_matrix, batch: Batch, hidden: NDArray[np.integer]) -> float:
    """The weight of habits that finds most hidden items of the last baskets; `kept`: from the orders before those."""
    if not len(batch):
        return 0.0
    return max(OWN_WEIGHTS, key=lambda weight: _found(learned | _habits_alone(kept, weight).arrays(), batch, hidden))


def _kept_habits(dataset: Dataset) -> csr_matrix:
    return keep_largest(habits(dataset), HABITS)


def _habits_alone(kept: csr_matrix, weight: float) -> Usual:
    return Usual(np.empty(0, np.float32), kept * np.float32(weight), np.empty(0, np.float32))


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
    learned = learned | _ridge(earlier, learned)
    found = lessons(earlier, learned, batch, hidden, TAUGHT_SHARE, seed)
    if found.chosen.sum() < ENOUGH_BASKETS:
        return None
    teaching, judging = _few(np.arange(0, len(batch), 2)), _few(np.arange(1, len(batch), 2))
    kept = _kept_habits(earlier)
    weight = _chosen_weight(learned, kept, batch.take(teaching), hidden[teaching])
    half = _weights(found, found.query % 2 == 0)
    plain, taught = (
        _found(learned | tried.arrays(), batch.take(judging), hidden[judging])
        for tried in (_habits_alone(kept, weight), usual(earlier, half))
    )
    return _weights(found) if taught >= plain else None


def _weights(found: Lessons, rows: NDArray[np.bool_] | slice = slice(None)) -> NDArray[np.float64]:
    return fit_choice(found.features[rows], found.query[rows], found.chosen[rows])


def _few(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Evenly spread, no more than judge."""
    return rows[:: 1 + len(rows) // JUDGING_BASKETS]


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
    if len(asked) > TEACHING_BASKETS:
        asked = np.sort(generator.choice(asked, TEACHING_BASKETS, replace=False))
    basket = basket[asked]
    size = np.diff(basket.indptr)
    place = basket.indptr[:-1] + (generator.random(len(asked)) * size).astype(np.int64)
    visible = np.ones(len(basket.indices), np.bool_)
    visible[place] = False
    anchors = Ragged(np.append(0, np.cumsum(size - 1)), basket.indices[visible].astype(np.int32))
    batch = Batch.of_anchors(anchors, asked.astype(np.int32))
    return replace(dataset, lines=lines.select(earlier)), batch, basket.indices[place]
