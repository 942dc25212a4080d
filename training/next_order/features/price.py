"""Price: what the candidate costs, beside its usual price, what this customer pays for it, and pays in general."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.sorting import lexicographic_order
from training.next_order.features.scores import Columns
from training.next_order.histories import Histories

# The days over which the current price is looked at.
RECENT_DAYS = 14.0
# Purchases after which a customer's own price tier outweighs the middle one.
TIER_PURCHASES = 5.0


@dataclass(frozen=True, slots=True)
class Prices:
    """Logarithms: `usual` (N,), NaN unknown; `tier` (N,): against the mean of the item's category.

    `item`, `time`, `total` (S + 1,): paid prices by item and time, their running sum.
    """

    usual: NDArray[np.float64]
    tier: NDArray[np.float64]
    key: NDArray[np.float64]
    total: NDArray[np.float64]
    begin: float
    span: float

    @classmethod
    def of(cls, known: Histories) -> Self:
        purchases = known.purchases
        paid, item, time = purchases.price[known.event].astype(np.float64), known.item, known.time
        kept = np.isfinite(paid)
        paid, rows, time = np.log(paid[kept]), item[kept].astype(np.int64), time[kept]
        usual = _mean(paid, rows, purchases.n_items)
        begin = float(time.min(initial=np.inf))
        span = float(time.max(initial=begin)) - begin + 1.0 + RECENT_DAYS if len(time) else 1.0
        order = lexicographic_order(time, rows)
        key = rows[order] * span + (time[order] - begin)
        return cls(usual, _tiers(usual, purchases.levels), key, np.append(0.0, np.cumsum(paid[order])), begin, span)

    def lately(self, item: NDArray[np.int64], as_of: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean paid during the days before each moment, NaN where the item was not sold then."""
        now = np.clip(as_of - self.begin, 0.0, self.span)
        last = np.searchsorted(self.key, item * self.span + now)
        first = np.searchsorted(self.key, item * self.span + np.maximum(now - RECENT_DAYS, 0.0))
        with np.errstate(invalid="ignore"):
            recent: NDArray[np.float64] = (self.total[last] - self.total[first]) / (last - first)
        return recent


def price(
    asked: Histories, as_of: NDArray[np.float64], prices: Prices, row: NDArray[np.int64], item: NDArray[np.int64]
) -> Columns:
    place, pairs = asked.find(row, item), asked.pairs
    paid = np.log(asked.purchases.price[asked.event].astype(np.float64))
    known = np.isfinite(paid)
    with np.errstate(invalid="ignore"):
        own = pairs.sum(np.where(known, paid, 0.0)) / pairs.sum(known)
    tier = prices.tier[asked.item]
    told = np.isfinite(tier)
    usual = np.bincount(asked.row[told], tier[told], len(asked))
    usual = usual / (np.bincount(asked.row[told], minlength=len(asked)) + TIER_PURCHASES)
    columns: Columns = {
        "price": prices.usual[item],
        "price_tier": prices.tier[item],
        "price_above_own_tier": prices.tier[item] - usual[row],
    }
    if not asked.purchases.sequence:
        recent = prices.lately(item, as_of[row])
        columns |= {
            "price_promotion": recent - prices.usual[item],
            "price_above_paid": recent - place.of(own, np.nan),
            "price_last_deal": place.of(paid[pairs.last], np.nan) - prices.usual[item],
        }
    return columns


def _mean(values: NDArray[np.float64], of: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """The mean of the values of each group, NaN for none."""
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = np.bincount(of, values, size) / np.bincount(of, minlength=size)
    return mean


def _tiers(usual: NDArray[np.float64], levels: tuple[NDArray[np.int32], ...]) -> NDArray[np.float64]:
    """Above or below the mean of the second deepest category, or of the shop where there are none."""
    code = levels[min(1, len(levels) - 1)].astype(np.int64) + 1 if levels else np.zeros(len(usual), np.int64)
    known = np.isfinite(usual)
    return usual - _mean(usual[known], code[known], int(code.max(initial=0)) + 1)[code]
