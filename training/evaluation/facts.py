"""Facts: what metrics and tasks know of the shop at the cut: prices, categories, buyers, and who owned what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, NumberColumn
from training.dataset import Dataset
from training.methods.up_sell import categories, item_prices

# An item bought by fewer customers than this is cold: methods that learn from co-purchases cannot know it.
COLD_BUYERS = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """All arrays (N,) by item row, but `orders` (C,): how many orders each customer had placed.

    `price`, `cost` NaN unknown; `category`: the deepest node, -1 unknown; `top_category`: its root; `buyers`: how
    many customers bought the item; `sellable`: leads with a variant to sell; `owned`: sorted keys customer x N + item.
    """

    price: NDArray[np.float64]
    cost: NDArray[np.float64]
    category: NDArray[np.int32]
    top_category: NDArray[np.int32]
    buyers: NDArray[np.float64]
    sellable: NDArray[np.bool_]
    orders: NDArray[np.int64]
    owned: NDArray[np.int64]

    @classmethod
    def of(cls, train: Dataset) -> Self:
        catalogue = train.catalogue()
        cost = catalogue.columns.get("cost_of_goods_sold")
        deepest = categories(catalogue)
        known = train.lines.select(train.lines.customer >= 0)
        owned = np.unique(known.customer.astype(np.int64) * train.n_items + known.item)
        orders = np.unique(known.order, return_index=True)[1]
        return cls(
            price=item_prices(train, catalogue),
            cost=cost.values if isinstance(cost, NumberColumn) else np.full(train.n_items, np.nan),
            category=deepest,
            top_category=_roots(catalogue.columns["category"].parent, deepest) if (deepest >= 0).any() else deepest,
            buyers=np.bincount(owned % max(train.n_items, 1), minlength=train.n_items).astype(np.float64),
            sellable=_sellable_leads(catalogue),
            orders=np.bincount(known.customer[orders], minlength=train.n_customers),
            owned=owned,
        )

    @property
    def cold(self) -> NDArray[np.bool_]:
        return self.buyers < COLD_BUYERS

    def owns(self, customers: NDArray[np.integer], items: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each customer had bought the item; a customer < 0 had not."""
        key = customers.astype(np.int64) * len(self.price) + items
        place = np.searchsorted(self.owned, key)
        owned: NDArray[np.bool_] = (customers >= 0) & (np.append(self.owned, -1)[place] == key)
        return owned


def _sellable_leads(catalogue: Catalogue) -> NDArray[np.bool_]:
    """Which lead rows have a variant that may be sold."""
    if catalogue.group is None:
        return catalogue.sellable
    return np.bincount(catalogue.group[catalogue.sellable], minlength=len(catalogue)) > 0


def _roots(parent: NDArray[np.int32], nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """The topmost node above each node; -1 stays -1."""
    while ((nodes >= 0) & (parent[nodes] >= 0)).any():
        above = parent[nodes]
        nodes = np.where((nodes >= 0) & (above >= 0), above, nodes)
    return nodes
