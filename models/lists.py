"""Presorted lists: best sellers of the shop and of a category, what trends, what is new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import CategoryColumn
from models.eligibility import Eligible
from models.methods import METHOD_NUMBER
from models.methods.popularity import Popularity
from models.model import Model
from models.reasons import Code
from models.slots import Slots, empty_slots

SHOP_LISTS: dict[str, Code] = {
    "popular": Code.POPULAR,
    "trending": Code.TRENDING,
    "new_arrivals": Code.NEW_ARRIVAL,
}
CATEGORY_LIST = "popular_in_category"
LIST_NAMES: tuple[str, ...] = (*SHOP_LISTS, CATEGORY_LIST)
LIST_OF_CODE: dict[int, str] = {int(code): name for name, code in SHOP_LISTS.items()} | {
    int(Code.POPULAR_IN_CATEGORY): CATEGORY_LIST
}


class PresortedLists:
    """The lists of one bundle, cut to what a query may show."""

    def __init__(self, model: Model) -> None:
        popularity = model.methods["popularity"]
        if not isinstance(popularity, Popularity):
            raise TypeError("the popularity method of a bundle is of its own class")
        self._popularity = popularity
        category = model.shop.catalogue.columns.get("category")
        self._category = category if isinstance(category, CategoryColumn) else None

    def slots(self, name: str, batch: Batch, eligible: Eligible, count: int) -> Slots:
        """The first `count` eligible items of the list for every query, (B, <= count)."""
        if name == CATEGORY_LIST:
            return self._of_categories(batch, eligible, count)
        rows = eligible.first(name, self._popularity.lists[name], count)
        return np.broadcast_to(self._filled(rows, SHOP_LISTS[name]), (len(batch), len(rows)))

    def _of_categories(self, batch: Batch, eligible: Eligible, count: int) -> Slots:
        """The best sellers of the deepest category of each query's first anchor, then of the levels above it."""
        node = self._nodes(batch)
        slots = empty_slots(len(batch), count)
        for wanted in np.unique(node[node >= 0]).tolist():
            filled = self._filled(self._up_the_tree(wanted, eligible, count), Code.POPULAR_IN_CATEGORY)
            slots[node == wanted, : filled.shape[1]] = filled
        return slots

    def _nodes(self, batch: Batch) -> NDArray[np.int32]:
        """The category node of each query's first anchor, -1 without one."""
        node = np.full(len(batch), -1, np.int32)
        if self._category is not None and self._popularity.by_category is not None:
            anchored = np.flatnonzero(batch.anchors.lengths)
            node[anchored] = self._category.codes[batch.anchors.values[batch.anchors.indptr[anchored]]]
        return node

    def _up_the_tree(self, node: int, eligible: Eligible, count: int) -> NDArray[np.int32]:
        rows = np.empty(0, np.int32)
        while node >= 0 and len(rows) < count and self._category is not None:
            listed = self._popularity.category(node)
            more = eligible.first(f"category {node}", listed, count)
            rows = np.concatenate([rows, more[~np.isin(more, rows)]])
            node = int(self._category.parent[node])
        return rows[:count]

    def _filled(self, rows: NDArray[np.int32], code: Code) -> Slots:
        slots = empty_slots(1, len(rows))
        slots["item"] = rows
        slots["score"] = 1.0 / np.arange(1, len(rows) + 1)
        slots["method"] = METHOD_NUMBER[Popularity.name]
        slots["code"] = code
        slots["n1"] = self._popularity.customers[rows]
        return slots
