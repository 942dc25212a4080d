"""Segment, learning: best sellers among customers who share an attribute, such as their country or tier."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, TextColumn
from training.dataset import Dataset, OrderLines
from training.methods.base import Learned
from training.methods.popularity import HALF_LIFE

# An attribute of more values tells customers apart, not groups of them.
MOST_SEGMENTS = 50
# Orders of an item after which its share in a segment outweighs its share in the shop.
SHRINKAGE = 100.0
# The latest part of the lines, which the others must foretell better by segment than without.
JUDGED_SHARE = 0.2


class Segment:
    """score(s, i) = (n_si + SHRINKAGE p_i) / (n_s + SHRINKAGE), n: lines halved every half-life, p: shares of the shop.

    The attribute is the one whose segments foretell the latest lines best; none where no attribute does.
    """

    name: ClassVar[str] = "segment"

    def __init__(self, half_life: float = HALF_LIFE, depth: int = 200) -> None:
        self.half_life = half_life
        self.depth = depth

    def fit(self, dataset: Dataset) -> Self:
        lines = dataset.lines.select(dataset.lines.customer >= 0)
        self.segment_ = self._chosen(lines, dataset)
        segment = self.segment_[lines.customer]
        told = lines.select(segment >= 0)
        size = max(dataset.n_items, 1)
        weight = np.exp2(-(dataset.reference - told.time) / self.half_life)
        keys, place = np.unique(segment[segment >= 0].astype(np.int64) * size + told.item, return_inverse=True)
        owner, item = np.divmod(keys, size)
        share = self._shares(lines, dataset)
        sold = np.bincount(place, weight, len(keys))
        score = (sold + SHRINKAGE * share[item]) / (np.bincount(owner, sold)[owner] + SHRINKAGE)
        order = np.lexsort((item, -score, owner))
        count = np.bincount(owner, minlength=int(self.segment_.max(initial=-1)) + 1)
        rank = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
        kept = order[rank < self.depth]
        self.indptr_ = np.append(0, np.cumsum(np.minimum(count, self.depth))).astype(np.int64)
        self.items_, self.scores_ = item[kept].astype(np.int32), score[kept].astype(np.float32)
        buyers = np.unique(told.customer.astype(np.int64) * size + told.item)
        of_pair = self.segment_[buyers // size].astype(np.int64) * size + buyers % size
        self.customers_ = np.bincount(np.searchsorted(keys, of_pair), minlength=len(keys))[kept].astype(np.float32)
        return self

    def arrays(self) -> Learned:
        return {
            "segment": self.segment_,
            "indptr": self.indptr_,
            "items": self.items_,
            "scores": self.scores_,
            "customers": self.customers_,
        }

    def _chosen(self, lines: OrderLines, dataset: Dataset) -> NDArray[np.int32]:
        """The segment of each customer, -1 unknown. (C,)"""
        nobody = np.full(dataset.n_customers, -1, np.int32)
        gains = {name: self._gain(lines, codes, dataset) for name, codes in attributes(dataset).items()}
        if not gains or max(gains.values()) <= 0:
            return nobody
        return attributes(dataset)[max(gains, key=lambda name: gains[name])]

    def _gain(self, lines: OrderLines, codes: NDArray[np.int32], dataset: Dataset) -> float:
        """How much more the mean log-likelihood of the latest lines is by segment than without."""
        order = np.lexsort((lines.order, lines.time))
        cut = int(len(order) * (1.0 - JUDGED_SHARE))
        earlier, later = lines.select(np.sort(order[:cut])), lines.select(np.sort(order[cut:]))
        size = max(dataset.n_items, 1)
        share = self._shares(earlier, dataset)
        segment, asked = codes[earlier.customer], codes[later.customer]
        keys, sold = np.unique(segment.astype(np.int64) * size + earlier.item, return_counts=True)
        if not len(keys) or not len(later):
            return 0.0
        wanted = asked.astype(np.int64) * size + later.item
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        found = np.where(keys[place] == wanted, sold[place], 0)
        total = np.bincount(segment[segment >= 0], minlength=int(codes.max()) + 1)
        own = (found + SHRINKAGE * share[later.item]) / (total[asked] + SHRINKAGE)
        known = (asked >= 0) & (share[later.item] > 0)
        return float(np.log(own[known] / share[later.item][known]).mean()) if known.any() else 0.0

    def _shares(self, lines: OrderLines, dataset: Dataset) -> NDArray[np.float64]:
        """Each item's share of the lines. (N,)"""
        sold = np.bincount(lines.item, minlength=dataset.n_items)
        share: NDArray[np.float64] = sold / max(sold.sum(), 1)
        return share


def attributes(dataset: Dataset) -> dict[str, NDArray[np.int32]]:
    """Texts that group customers, by name: codes (C,), -1 unknown."""
    columns = Catalogue(dataset.n_customers, dataset.customer_columns, dataset.customer_arrays).columns
    return {
        name: column.codes
        for name, column in columns.items()
        if isinstance(column, TextColumn) and 2 <= len(column.strings) <= MOST_SEGMENTS
    }
