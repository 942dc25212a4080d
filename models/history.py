"""What each customer bought: one sorted list of items a customer, in memory-mapped arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Arrays
from models.ragged import Ragged

# Items from which on a table is made, and the most entries it may have.
MANY, TABLE = 1 << 16, 1 << 26


class History:
    """CSR over customers; within a customer items ascend, which makes membership a binary search.

    `items` int32: lead rows; `count` float32: orders that held the item; `age` float32: the bundle's reference
    time minus the last purchase, in time units; `variant` int32 (only with variant groups): the row last bought.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.items = Ragged(arrays["indptr"], arrays["items"])
        self.count: NDArray[np.float32] = arrays["count"]
        self.age: NDArray[np.float32] = arrays["age"]
        self.variant: NDArray[np.int32] | None = arrays.get("variant")

    def of(self, customer: int) -> slice:
        """Where the entries of one customer lie; empty for customer < 0."""
        if customer < 0:
            return slice(0, 0)
        return slice(int(self.items.indptr[customer]), int(self.items.indptr[customer + 1]))

    def positions(self, customers: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.int64]:
        """Where customers[b] has items[b, k], as an index into the entries; -1 where not. (B, K) int64."""
        return self.items.find(customers, items)

    def owned(self, customers: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether customers[b] bought items[b, k], False for -1; (B, K).

        Of many items it is looked up in a table, as small as the customers are few: quicker than as many searches.
        """
        if items.size >= MANY:
            distinct, row = np.unique(customers, return_inverse=True)
            width = int(items.max()) + 1
            if len(distinct) * (width + 1) <= TABLE:
                return self._table(distinct, width)[row[:, None], items]
        return self.positions(customers, items) >= 0

    def _table(self, customers: NDArray[np.int32], width: int) -> NDArray[np.bool_]:
        """(B, width + 1): which of the first items each customer bought; the last column, which -1 means, is False."""
        lists = self.items.take(customers)
        known = lists.values < width
        table = np.zeros((len(customers), width + 1), np.bool_)
        table[lists.queries()[known], lists.values[known]] = True
        return table

    def last_bought(self, customers: NDArray[np.int32], leads: NDArray[np.int32]) -> NDArray[np.int32]:
        """Which variant customers[b] bought last of leads[b, k]; the lead itself where none, or without variants."""
        if self.variant is None or not len(self.variant):
            return leads
        position = self.positions(customers, leads)
        return np.where(position >= 0, self.variant[position], leads)
