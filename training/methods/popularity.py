"""Popularity, learning: decayed sales of the shop and of each category, what trends, what is new."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, CategoryColumn, TimeColumn
from training.dataset import Dataset
from training.methods.base import Learned

# Time units after which a sale counts half: in `popular`, and in `trending`.
HALF_LIFE = 60.0
TREND_HALF_LIFE = 7.0
# What was not sold within so many half-lives does not trend.
TREND_HALF_LIVES = 4.0
# For how long an item is new.
NEW_FOR_DAYS = 60.0
CATEGORY_LIST = 1_000


class Popularity:
    name: ClassVar[str] = "popularity"

    def __init__(self, half_life: float = HALF_LIFE, trend_half_life: float = TREND_HALF_LIFE) -> None:
        self.half_life = half_life
        self.trend_half_life = trend_half_life

    def fit(self, dataset: Dataset) -> Self:
        catalogue = dataset.catalogue()
        rows = np.arange(dataset.n_items, dtype=np.int32)
        leads = rows if catalogue.group is None else rows[catalogue.group == rows]
        self.score_ = decayed_sales(dataset, self.half_life)
        self.popular_ = _descending(leads, self.score_)
        self.trend_score_ = decayed_sales(dataset, self.trend_half_life)
        self.trending_ = _trending(dataset, self.trend_half_life, self.trend_score_)
        self.new_arrivals_ = new_arrivals(dataset, catalogue, self.score_)
        known = dataset.lines.customer >= 0
        pairs = np.unique(dataset.lines.customer[known].astype(np.int64) * dataset.n_items + dataset.lines.item[known])
        self.customers_ = np.bincount(pairs % max(dataset.n_items, 1), minlength=dataset.n_items).astype(np.float32)
        self.category_ = _category_lists(catalogue, self.popular_)
        return self

    def arrays(self) -> Learned:
        learned: Learned = {
            "popular": self.popular_,
            "trending": self.trending_,
            "new_arrivals": self.new_arrivals_,
            "score": self.score_,
            "customers": self.customers_,
        }
        if self.category_ is not None:
            learned["category_indptr"], learned["category_items"] = self.category_
        return learned


def decayed_sales(dataset: Dataset, half_life: float) -> NDArray[np.float32]:
    """Orders that held each item, each halved every `half_life` time units before the reference time. (N,)"""
    lines = dataset.lines
    weight = np.exp2(-(dataset.reference - lines.time) / half_life)
    _, first = np.unique(lines.order.astype(np.int64) * dataset.n_items + lines.item, return_index=True)
    return np.bincount(lines.item[first], weight[first], dataset.n_items).astype(np.float32)


def _descending(rows: NDArray[np.int32], *keys: NDArray[np.floating]) -> NDArray[np.int32]:
    """The rows by the keys (N,), the first one most important, largest first, ties by row."""
    return rows[np.lexsort(tuple(-key[rows] for key in reversed(keys)))]


def _trending(dataset: Dataset, half_life: float, score: NDArray[np.float32]) -> NDArray[np.int32]:
    """What sold lately, by decayed sales; nothing where no order is earlier than another."""
    lines = dataset.lines
    lately = lines.time > dataset.reference - TREND_HALF_LIVES * half_life
    sold = np.unique(lines.item[lately & dataset.timed])
    return _descending(sold, score)


def new_arrivals(dataset: Dataset, catalogue: Catalogue, score: NDArray[np.float32]) -> NDArray[np.int32]:
    """Leads that came lately, the newest first, then by `score`; without days in the history, as of the newest item."""
    rows = np.arange(dataset.n_items, dtype=np.int32)
    leads, added = rows[catalogue.leads(rows) == rows], _added_at(dataset, catalogue)
    today = dataset.reference if dataset.unit == "day" else np.nanmax(added, initial=-np.inf)
    return _descending(leads[added[leads] > today - NEW_FOR_DAYS], added, score)


def _added_at(dataset: Dataset, catalogue: Catalogue) -> NDArray[np.float64]:
    """The day since 1970 on which each item came into the shop, NaN unknown. (N,)"""
    column = catalogue.columns.get("added_at")
    return column.values / 86_400.0 if isinstance(column, TimeColumn) else np.full(dataset.n_items, np.nan)


def _category_lists(
    catalogue: Catalogue, popular: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]] | None:
    """Best sellers of every category node, an item standing in its own and in all nodes above."""
    column = catalogue.columns.get("category")
    if not isinstance(column, CategoryColumn):
        return None
    nodes, items = [], []
    rows, node = popular, column.codes[popular]
    while (node >= 0).any():
        rows, node = rows[node >= 0], node[node >= 0]
        nodes.append(node)
        items.append(rows)
        node = column.parent[node]
    if not nodes:
        return None
    place = np.empty(len(catalogue), np.int32)
    place[popular] = np.arange(len(popular))
    node, rows = np.concatenate(nodes), np.concatenate(items)
    order = np.lexsort((place[rows], node))
    node, rows = node[order], rows[order]
    count = np.bincount(node, minlength=len(column.end))
    kept = np.arange(len(node)) - np.repeat(np.cumsum(count) - count, count) < CATEGORY_LIST
    indptr = np.append(0, np.cumsum(np.minimum(count, CATEGORY_LIST)))
    return indptr.astype(np.int64), rows[kept].astype(np.int32)
