"""Popularity, learning: decayed sales of the shop and of each category, what trends, what is new."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, CategoryColumn, NumberColumn, TimeColumn
from training.dataset import Dataset
from training.methods.base import Learned

# Time units after which a sale counts half: in `popular`, and in `trending`.
HALF_LIFE = 60.0
TREND_HALF_LIFE = 7.0
CATEGORY_LIST = 1_000


class Popularity:
    name: ClassVar[str] = "popularity"

    def __init__(self, half_life: float = HALF_LIFE, trend_half_life: float = TREND_HALF_LIFE) -> None:
        self.half_life = half_life
        self.trend_half_life = trend_half_life

    def fit(self, dataset: Dataset) -> Self:
        self.score_ = decayed_sales(dataset, self.half_life)
        self.popular_ = _descending(self.score_)
        self.trending_ = _descending(decayed_sales(dataset, self.trend_half_life))
        self.new_arrivals_ = _descending(_added_at(dataset), self.score_)
        known = dataset.lines.customer >= 0
        pairs = np.unique(dataset.lines.customer[known].astype(np.int64) * dataset.n_items + dataset.lines.item[known])
        self.customers_ = np.bincount(pairs % dataset.n_items, minlength=dataset.n_items).astype(np.float32)
        self.category_ = _category_lists(dataset.catalogue(), self.popular_)
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


def _descending(*keys: NDArray[np.floating]) -> NDArray[np.int32]:
    """Rows by the keys, the first one most important, largest first, ties by row."""
    return np.lexsort(tuple(-key for key in reversed(keys))).astype(np.int32)


def _added_at(dataset: Dataset) -> NDArray[np.float64]:
    """When each item came into the shop: its `added_at`, else its first sale; -inf where neither is known."""
    first = np.full(dataset.n_items, np.inf)
    np.minimum.at(first, dataset.lines.item, dataset.lines.time)
    added = np.where(np.isfinite(first), first, -np.inf)
    column = dataset.catalogue().columns.get("added_at")
    if isinstance(column, TimeColumn):
        return np.where(np.isnan(column.values), added, column.values / 86_400.0)
    if isinstance(column, NumberColumn):
        return np.where(np.isnan(column.values), added, column.values)
    return added


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
    place = np.empty(len(popular), np.int32)
    place[popular] = np.arange(len(popular))
    node, rows = np.concatenate(nodes), np.concatenate(items)
    order = np.lexsort((place[rows], node))
    node, rows = node[order], rows[order]
    count = np.bincount(node, minlength=len(column.end))
    kept = np.arange(len(node)) - np.repeat(np.cumsum(count) - count, count) < CATEGORY_LIST
    indptr = np.append(0, np.cumsum(np.minimum(count, CATEGORY_LIST)))
    return indptr.astype(np.int64), rows[kept].astype(np.int32)
