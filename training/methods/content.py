"""Content, learning: items alike in category, brand, title and price, so that what nobody bought yet is found too.

What each of these tells is learned from the shop: of which pairs of items the same customers buy, as the log-odds of
Robertson and Spärck Jones (1976) fitted together by logistic regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from models.methods.content import BRAND, CATEGORY, PRICE, WORDS
from training.dataset import Dataset
from training.logistic import fit_logistic
from training.methods.base import Learned
from training.methods.bought import capped
from training.methods.description import Description, price_alike
from training.methods.interest import interest
from training.methods.scorer import Ids, Lists, Scores, ranked
from training.sparse import diagonal, product_top_k, scaled_columns, scaled_rows, shared_columns

NEIGHBOURS = 100
# Pairs of items that weights are learned from, and how many of them usual weights are worth.
PAIRS = 40_000
SHRINKAGE = 200.0
# What category, brand, words and price tell in a shop of which nothing is known.
USUAL = np.array([2.0, 1.0, 1.0, 0.3])
# Products of rows and columns that may be formed; what so many items share that it would take more tells little.
WORK = 2e8
# Candidates per neighbour that is kept: prices, which are no columns, then choose among them.
WIDER = 2
# Prices of which the dearer is at most this much dearer are in one range.
PRICE_RANGE = 1.25


class Content:
    """score(j -> i) = sum over category, brand, words and price of weight x how alike i and j are in it, 0..1.

    Half of an item's `neighbours` are the nearest of all items, the others the nearest of those that somebody bought:
    only these speak for an item to a customer.
    """

    name: ClassVar[str] = "content"

    def __init__(self, neighbours: int = NEIGHBOURS, depth: int = 100, events: float = 0.0, seed: int = 0) -> None:
        self.neighbours = neighbours
        self.depth = depth
        self.events = events
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        known = capped(interest(dataset, self.events))
        self.rows_ = ranked(self.learn(dataset), known, self.depth, self.name)
        return self

    def learn(self, dataset: Dataset) -> Lists:
        self.alike_ = Alike.of(dataset, self.seed)
        rows = np.arange(dataset.n_items)
        sold = spoken_for(dataset)
        half = max(self.neighbours // 2, 1)
        nearest = self.alike_.nearest(rows, np.ones_like(sold), self.neighbours if sold.all() else half)
        speaking = nearest if sold.all() else merged(nearest, self.alike_.nearest(rows, sold, half))
        self.scorer_ = Lists(*speaking)
        return self.scorer_

    def arrays(self) -> Learned:
        items = self.scorer_.items
        return {
            "items": items,
            "scores": self.scorer_.scores,
            "shared": self.alike_.shared(np.arange(len(items)), items),
            "rows": self.rows_,
        }


def spoken_for(dataset: Dataset) -> NDArray[np.bool_]:
    """Which items somebody bought or looked at. (N,)"""
    known = np.zeros(dataset.n_items, np.bool_)
    known[dataset.lines.item] = True
    if dataset.events is not None:
        known[dataset.events.item] = True
    return known


@dataclass(frozen=True, slots=True)
class Alike:
    """`weights` (4,): of category, brand, words and price; `columns` (N, any): those of all but price, weighed."""

    description: Description
    weights: NDArray[np.float64]
    columns: csr_matrix

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> Self:
        description = Description.of(dataset)
        weights = learned_weights(description, capped(dataset.purchases()), seed)
        blocks = (description.category, description.brand, description.words)
        scaled = [block * np.sqrt(weight) for block, weight in zip(blocks, weights, strict=False)]
        return cls(description, weights, telling(csr_matrix(hstack(scaled, format="csr", dtype=np.float32))))

    def nearest(self, rows: NDArray[np.integer], among: NDArray[np.bool_], k: int) -> tuple[Ids, Scores]:
        """The k items most alike each of the given ones, of those `among` (N,) says. (len(rows), k)"""
        itself = diagonal(len(among))[rows]
        others = scaled_rows(self.columns, among.astype(np.float32))
        others.eliminate_zeros()
        items, scores = product_top_k(self.columns[rows], others.T.tocsr(), WIDER * k, left_out=itself)
        price = self.description.price
        scores = scores + self.weights[3] * price_alike(price[rows][:, None], price[items])
        return best(items, np.where(items >= 0, scores, 0.0).astype(np.float32), k)

    def shared(self, rows: NDArray[np.integer], items: Ids) -> NDArray[np.uint8]:
        """What each of the rows has in common with each of its items (len(rows), K): a sum of what a reason tells."""
        price, dearest = self.description.price, self.description.dearest
        low = np.minimum(price[rows][:, None], price[items])
        high = np.maximum(dearest[rows][:, None], dearest[items])
        told = np.where(high - low <= np.log(PRICE_RANGE), PRICE, 0)
        category = self.description.deepest[rows][:, None]
        told = told + CATEGORY * ((category >= 0) & (category == self.description.deepest[items]))
        for tags, told_by in ((self.description.brand, BRAND), (self.description.words, WORDS)):
            told = told + told_by * shared_columns(tags, rows, items)
        return np.where(items >= 0, told, 0).astype(np.uint8)


def learned_weights(description: Description, bought: csr_matrix, seed: int) -> NDArray[np.float64]:
    """What each part tells of two items having one buyer, never negative, shrunk to what is usual. (4,)"""
    several = np.flatnonzero(np.diff(bought.indptr) > 1)
    if description.says_nothing or not len(several):
        return USUAL
    generator = np.random.default_rng(seed)
    customer = generator.choice(several, PAIRS)
    start, degree = bought.indptr[customer], np.diff(bought.indptr)[customer]
    first = generator.integers(degree)
    second = (first + 1 + generator.integers(degree - 1)) % degree
    one, other = bought.indices[start + first], bought.indices[start + second]
    chance = generator.permutation(other)
    features = np.concatenate([description.alike(one, other), description.alike(one, chance)])
    label = np.arange(2 * PAIRS) < PAIRS
    found = fit_logistic(features, label)[:-1].clip(0.0)
    known = min(PAIRS, bought.nnz)
    weights: NDArray[np.float64] = (known * found + SHRINKAGE * USUAL) / (known + SHRINKAGE)
    return weights


def telling(columns: csr_matrix) -> csr_matrix:
    """Without the columns of so many items that products would take too long; these tell the least."""
    holders = np.bincount(columns.indices, minlength=columns.shape[1])
    ascending = np.sort(holders)
    too_many = ascending[np.cumsum(ascending.astype(np.float64) ** 2) > WORK]
    rare = holders < too_many.min(initial=np.iinfo(np.int64).max)
    kept = scaled_columns(columns, rare.astype(np.float32))
    kept.eliminate_zeros()
    return kept


def best(items: Ids, scores: Scores, k: int) -> tuple[Ids, Scores]:
    """The k best of each row, ties by item, -1 padded."""
    order = np.lexsort((items, np.where(items >= 0, -scores, np.inf)), axis=1)[:, :k]
    return np.take_along_axis(items, order, axis=1), np.take_along_axis(scores, order, axis=1)


def merged(first: tuple[Ids, Scores], second: tuple[Ids, Scores]) -> tuple[Ids, Scores]:
    """All of both lists of each row, once each, best first."""
    items, scores = (np.concatenate(both, axis=1) for both in zip(first, second, strict=True))
    order = np.argsort(items, axis=1, kind="stable")
    items, scores = np.take_along_axis(items, order, axis=1), np.take_along_axis(scores, order, axis=1)
    again = np.zeros(items.shape, np.bool_)
    again[:, 1:] = items[:, 1:] == items[:, :-1]
    items = np.where(again, np.int32(-1), items)
    return best(items, np.where(again, np.float32(0.0), scores), items.shape[1])
