"""Truth: the items that answer each query of a task, and what they brought in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged
from training.dataset import OrderLines
from training.evaluation.facts import Facts


@dataclass(frozen=True, slots=True)
class Truth:
    """The distinct items wanted by each query; `value` (T,): what was paid for them, `profit` (T,): less their cost.

    NaN where unknown.
    """

    items: Ragged
    value: NDArray[np.float64]
    profit: NDArray[np.float64]

    @classmethod
    def of(cls, query: NDArray[np.integer], lines: OrderLines, queries: int, facts: Facts) -> Self:
        """`query` (len(lines),): which of the `queries` each order line answers."""
        span = max(len(facts.price), 1)
        pairs, pair = np.unique(query.astype(np.int64) * span + lines.item, return_inverse=True)
        paid = lines.price.astype(np.float64) * lines.quantity
        margin = paid - facts.cost[lines.item] * lines.quantity
        items = _ragged(pairs // span, pairs % span, queries)
        value, profit = (np.bincount(pair, worth, len(pairs)).astype(np.float64) for worth in (paid, margin))
        return cls(items, value, profit)

    def only(self, kept: NDArray[np.bool_]) -> Truth:
        """The entries of `kept` (T,); queries keep their numbers."""
        items = _ragged(self.items.queries()[kept], self.items.values[kept], len(self.items))
        return Truth(items, self.value[kept], self.profit[kept])

    def take(self, queries: NDArray[np.integer]) -> Truth:
        """The lists of the given queries, in their order."""
        entry = Ragged(self.items.indptr, np.arange(len(self.value), dtype=np.int32)).take(queries).values
        return Truth(self.items.take(queries), self.value[entry], self.profit[entry])


def _ragged(query: NDArray[np.integer], values: NDArray[np.integer], queries: int) -> Ragged:
    """Lists from entries that are sorted by query."""
    counts = np.bincount(query, minlength=queries)
    return Ragged(np.append(0, np.cumsum(counts)).astype(np.int64), values.astype(np.int32))
