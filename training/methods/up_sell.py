"""Up-sell, learning: dearer substitutes of every item, at price steps that customers of this shop really take."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.catalogue import Catalogue, CategoryColumn, NumberColumn
from models.methods import METHOD_NUMBER
from models.neighbours import best_per_query
from models.ragged import Ragged
from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.popularity import decayed_sales
from training.sparse import row_blocks

NEIGHBOURS = 50
# A trade-up is at least this much dearer; the dearest step offered is this percentile of the observed ones.
SMALLEST_STEP = 1.05
LARGEST_STEP_PERCENTILE = 90.0
DEFAULT_LARGEST_STEP = 2.0
# Best sellers of a category that are considered as substitutes of its items.
CATEGORY_DEPTH = 200
# A purchase within this many time units after another of the same category is a choice against that one.
TRANSITION_WINDOW = 56.0
# Observed trade-ups of an item after which they outweigh what sells in its category.
SHRINKAGE = 5.0
HALF_LIFE = 90.0


class UpSell:
    """score(a -> i) = (trade-ups from a to i + s p_i) / (trade-ups from a + s), p_i = share of the category's sales.

    With costs, times (margin share of the price) ^ `margin_weight`.
    """

    name: ClassVar[str] = "up_sell"

    def __init__(self, neighbours: int = NEIGHBOURS, margin_weight: float = 0.0) -> None:
        self.neighbours = neighbours
        self.margin_weight = margin_weight

    def fit(self, dataset: Dataset) -> Self:
        catalogue = dataset.catalogue()
        self._price = item_prices(dataset, catalogue)
        self._cheapest, self._dearest = price_ranges(self._price, catalogue)
        self._category = categories(catalogue)
        self._share = _category_shares(self._category, decayed_sales(dataset, HALF_LIFE))
        self._margin = _margins(catalogue, self._price, self.margin_weight)
        moves = transitions(dataset, self._category)
        self.largest_step_ = largest_step(moves, self._price)
        self.items_, self.scores_ = self._trade_ups(_taken(moves, self._price))
        self.ratio_ = self._ratios()
        self.tier_ = price_tiers(self._price, self._category)
        self.customer_tier_ = customer_tiers(dataset, self.tier_)
        return self

    def arrays(self) -> Learned:
        return {
            "items": self.items_,
            "scores": self.scores_,
            "ratio": self.ratio_,
            "tier": self.tier_,
            "customer_tier": self.customer_tier_,
        }

    def _trade_ups(self, taken: csr_matrix) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        n = len(self._price)
        listed = _best_sellers(self._category, self._share, self._price)
        out = np.full((n, self.neighbours), -1, np.int32), np.zeros((n, self.neighbours), np.float32)
        total = np.asarray(taken.sum(axis=1)).ravel()
        for block in row_blocks(listed.lengths_of(self._category)):
            pairs = listed.take(self._category[block])
            anchor, item = pairs.queries() + block.start, pairs.values
            with np.errstate(invalid="ignore"):
                step = self._cheapest[item] / self._dearest[anchor]
                fits = (step >= SMALLEST_STEP) & (step <= self.largest_step_)
            anchor, item = anchor[fits], item[fits]
            seen = np.asarray(taken[anchor, item]).ravel() if len(anchor) else np.empty(0)
            score = self._margin[item] * (seen + SHRINKAGE * self._share[item]) / (total[anchor] + SHRINKAGE)
            slots = best_per_query(
                len(pairs),
                query=anchor - block.start,
                items=item,
                scores=score,
                depth=self.neighbours,
                method=METHOD_NUMBER[self.name],
            )
            out[0][block, : slots.shape[1]] = slots["item"]
            out[1][block, : slots.shape[1]] = np.where(slots["item"] >= 0, slots["score"], 0.0)
        return out

    def _ratios(self) -> NDArray[np.float32]:
        with np.errstate(invalid="ignore"):
            ratio = self._cheapest[self.items_] / self._dearest[:, None]
        return np.where(self.items_ >= 0, ratio, 0.0).astype(np.float32)


def item_prices(dataset: Dataset, catalogue: Catalogue) -> NDArray[np.float64]:
    """The catalogue's price, else the mean price paid; NaN where neither is known or positive. (N,)"""
    lines = dataset.lines.select(np.isfinite(dataset.lines.price))
    sums = np.bincount(lines.item, lines.price, dataset.n_items)
    counts = np.bincount(lines.item, minlength=dataset.n_items)
    paid = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    column = catalogue.columns.get("price")
    price = np.where(np.isnan(column.values), paid, column.values) if isinstance(column, NumberColumn) else paid
    return np.where(price > 0, price, np.nan)


def price_ranges(price: NDArray[np.float64], catalogue: Catalogue) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest price among each lead's variants: a step up is one whichever of them is shown. (N,)"""
    if catalogue.group is None:
        return price, price
    cheapest, dearest = np.full(len(price), np.nan), np.full(len(price), np.nan)
    np.fmin.at(cheapest, catalogue.group, price)
    np.fmax.at(dearest, catalogue.group, price)
    return cheapest, dearest


def categories(catalogue: Catalogue) -> NDArray[np.int32]:
    """The deepest category of each lead, -1 unknown, and for variants that another one stands for. (N,)"""
    column = catalogue.columns.get("category")
    if not isinstance(column, CategoryColumn):
        return np.full(len(catalogue), -1, np.int32)
    rows = np.arange(len(catalogue), dtype=np.int32)
    return np.where(catalogue.leads(rows) == rows, column.codes, np.int32(-1))


def transitions(dataset: Dataset, category: NDArray[np.int32]) -> csr_matrix:
    """How often a customer's next purchase in a category within the window was another item. (N, N) float32."""
    lines = dataset.lines.select((dataset.lines.customer >= 0) & (category[dataset.lines.item] >= 0))
    group = category[lines.item]
    order = np.lexsort((lines.item, lines.order, lines.time, group, lines.customer))
    customer, item, time, group = lines.customer[order], lines.item[order], lines.time[order], group[order]
    follows = (np.diff(customer) == 0) & (np.diff(group) == 0) & (np.diff(item) != 0)
    follows &= (np.diff(time) > 0) & (np.diff(time) <= TRANSITION_WINDOW)
    source, target = item[:-1][follows], item[1:][follows]
    ones = np.ones(len(source), np.float32)
    return csr_matrix((ones, (source, target)), shape=(dataset.n_items, dataset.n_items))


def largest_step(moves: csr_matrix, price: NDArray[np.float64]) -> float:
    """The dearest price ratio that customers usually take when they trade up."""
    pairs = moves.tocoo()
    with np.errstate(invalid="ignore"):
        ratio = price[pairs.col] / price[pairs.row]
        up = ratio >= SMALLEST_STEP
    taken = np.repeat(ratio[up], pairs.data[up].astype(np.int64))
    return float(np.percentile(taken, LARGEST_STEP_PERCENTILE)) if len(taken) else DEFAULT_LARGEST_STEP


def price_tiers(price: NDArray[np.float64], category: NDArray[np.int32]) -> NDArray[np.float32]:
    """Each item's price percentile within its category, 0..1, NaN where price or category is unknown. (N,)"""
    known = np.flatnonzero(np.isfinite(price) & (category >= 0))
    order = known[np.lexsort((price[known], category[known]))]
    count = np.bincount(category[order], minlength=int(category.max(initial=-1)) + 1)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    tiers = np.full(len(price), np.nan, np.float32)
    tiers[order] = (rank + 0.5) / count[category[order]]
    return tiers


def customer_tiers(dataset: Dataset, tier: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean price tier of what each customer bought, NaN for none. (C,)"""
    known = dataset.lines.select((dataset.lines.customer >= 0) & np.isfinite(tier[dataset.lines.item]))
    total = np.bincount(known.customer, tier[known.item], dataset.n_customers)
    count = np.bincount(known.customer, minlength=dataset.n_customers)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _taken(moves: csr_matrix, price: NDArray[np.float64]) -> csr_matrix:
    """The transitions that went up in price."""
    pairs = moves.tocoo()
    with np.errstate(invalid="ignore"):
        up = price[pairs.col] >= SMALLEST_STEP * price[pairs.row]
    return csr_matrix((pairs.data[up], (pairs.row[up], pairs.col[up])), shape=moves.shape)


def _category_shares(category: NDArray[np.int32], sales: NDArray[np.float32]) -> NDArray[np.float64]:
    """Each item's share of its category's sales."""
    known = category >= 0
    total = np.bincount(category[known], sales[known], int(category.max(initial=-1)) + 1)
    return np.where(known, sales / np.maximum(total[category] if len(total) else 1.0, 1e-9), 0.0)


def _margins(catalogue: Catalogue, price: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """(price - cost) / price to the power of `weight`; 1 where the cost is unknown."""
    cost = catalogue.columns.get("cost_of_goods_sold")
    if weight == 0 or not isinstance(cost, NumberColumn):
        return np.ones(len(price))
    share = ((price - cost.values) / price).clip(0.01, 1.0)
    return np.where(np.isnan(share), 1.0, share**weight)


def _best_sellers(category: NDArray[np.int32], share: NDArray[np.float64], price: NDArray[np.float64]) -> Ragged:
    """The items of each category that sell best and have a price, as lists by category code."""
    rows = np.flatnonzero(np.isfinite(price) & (category >= 0))
    rows = rows[np.lexsort((rows, -share[rows], category[rows]))]
    count = np.bincount(category[rows], minlength=int(category.max(initial=-1)) + 1)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    kept = np.minimum(count, CATEGORY_DEPTH)
    return Ragged(np.append(0, np.cumsum(kept)).astype(np.int64), rows[rank < CATEGORY_DEPTH].astype(np.int32))
