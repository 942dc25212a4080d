"""Items: how often an item is bought again and after how long, how it sells lately, and whether that rises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from training.next_order.features.scores import Columns
from training.next_order.histories import Histories
from training.next_order.popularity import Popularity

# Buyers, visits or repeats of an item after which they outweigh those of the whole shop.
BUYERS, VISITS, REPEATS = 10.0, 20.0, 5.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Of each item (N,): customers who bought it, the share who did again, repeats a later visit, and mean intervals

    in visits and in days (0 in sequences), each shrunk to the shop's.
    """

    buyers: NDArray[np.float64]
    repurchase: NDArray[np.float64]
    hazard: NDArray[np.float64]
    visit_gap: NDArray[np.float64]
    day_gap: NDArray[np.float64]

    @classmethod
    def of(cls, known: Histories) -> Self:
        pairs, n_items = known.pairs, known.purchases.n_items
        item, again = known.item[pairs.start], pairs.size - 1

        def total(weight: NDArray[Any]) -> NDArray[np.float64]:
            return np.bincount(item, weight, n_items).astype(np.float64)

        buyers, repeats, returns = total(np.ones(len(item))), total(again > 0), total(again)
        chances = total(known.ago[pairs.start])
        return cls(
            buyers=buyers,
            repurchase=_shrunk(repeats, buyers, BUYERS),
            hazard=_shrunk(returns, chances, VISITS),
            visit_gap=_interval(total(known.visit[pairs.last] - known.visit[pairs.start]), returns),
            day_gap=_interval(total(known.time[pairs.last] - known.time[pairs.start]), returns),
        )


def items(rates: Rates, popularity: Popularity, as_of: NDArray[np.float64], item: NDArray[np.int64]) -> Columns:
    """`as_of`: when each candidate's query is asked."""
    short, middle, ever = popularity.shares(as_of, item).T
    return {
        "item_buyers": rates.buyers[item],
        "item_repurchase": rates.repurchase[item],
        "item_hazard": rates.hazard[item],
        "item_interval_visits": rates.visit_gap[item],
        "item_interval_days": rates.day_gap[item],
        "item_short": short,
        "item_middle": middle,
        "item_ever": ever,
        "item_trend": short - middle,
        "item_season": middle - ever,
        "item_since": popularity.since(as_of, item),
    }


def _interval(gaps: NDArray[np.float64], returns: NDArray[np.float64]) -> NDArray[np.float64]:
    """At least one, the closest that two visits are."""
    return np.maximum(_shrunk(gaps, returns, REPEATS), 1.0)


def _shrunk(part: NDArray[np.float64], whole: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """part / whole, pulled to that of the shop as much as `strength` of the whole would."""
    usual = part.sum() / max(whole.sum(), 1.0)
    share: NDArray[np.float64] = (part + strength * usual) / (whole + strength)
    return share
