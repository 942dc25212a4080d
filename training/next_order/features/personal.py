"""Personal: how often, how lately and how regularly the customer bought the candidate, and whether it is due."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.next_order.features.items import Rates
from training.next_order.features.scores import Columns
from training.next_order.histories import Histories

VISIT_HALF_LIVES = (1.0, 3.0, 8.0, 25.0)
DAY_HALF_LIVES = (14.0, 40.0, 120.0, 250.0)
# Purchases after which the customer's own interval outweighs the item's.
OWN_INTERVALS = 2.0


def personal(
    asked: Histories, as_of: NDArray[np.float64], rates: Rates, row: NDArray[np.int64], item: NDArray[np.int64]
) -> Columns:
    """Counts and decays as in TIFU-KNN (Hu et al. 2020), due ratios as in Bhagat et al. 2018."""
    columns = _counts(asked, row, item) | _visits_since(asked, rates, row, item)
    if not asked.purchases.sequence:
        columns |= _days_since(asked, as_of, rates, row, item)
    return columns


def _counts(asked: Histories, row: NDArray[np.int64], item: NDArray[np.int64]) -> Columns:
    place, pairs, visits = asked.find(row, item), asked.pairs, asked.visits[row]
    count = place.of(pairs.size)
    first, last = asked.visit[pairs.start], asked.event[pairs.last]
    quantity, latest = asked.purchases.quantity[asked.event], asked.purchases.quantity[last]
    mean = place.of(pairs.sum(quantity)) / np.maximum(count, 1)
    columns: Columns = {
        "own_count": count,
        "own_rate": count / visits,
        "own_rate_since_first": count / np.maximum(visits - place.of(first), 1),
        "own_visit_share": place.of(pairs.sum(1.0 / asked.size)) / visits,
        "own_visit_share_8": place.of(pairs.sum(asked.fading(8.0) / np.sqrt(asked.size))),
        "own_quantity": mean,
        "own_last_quantity": place.of(latest, np.nan) / np.maximum(mean, 1e-9),
    }
    for life in VISIT_HALF_LIVES:
        columns[f"own_visits_{life:g}"] = place.of(pairs.sum(asked.fading(life)))
    return columns


def _visits_since(asked: Histories, rates: Rates, row: NDArray[np.int64], item: NDArray[np.int64]) -> Columns:
    place, pairs = asked.find(row, item), asked.pairs
    first, last = asked.visit[pairs.start], asked.visit[pairs.last]
    before_last = asked.visit[np.maximum(pairs.last - 1, pairs.start)]
    count, visits = place.of(pairs.size), asked.visits[row]
    since = visits - place.of(last, np.nan)
    interval = _interval(place.of(last - first, np.nan), count, rates.visit_gap[item])
    return {
        "own_since_visits": since,
        "own_first_visits": visits - place.of(first, np.nan),
        "own_interval_visits": interval,
        "own_due_visits": since / interval,
        "own_last_interval_visits": np.where(count > 1, place.of(last - before_last), np.nan),
    }


def _days_since(
    asked: Histories, as_of: NDArray[np.float64], rates: Rates, row: NDArray[np.int64], item: NDArray[np.int64]
) -> Columns:
    place, pairs, time, now = asked.find(row, item), asked.pairs, asked.time, as_of[row]
    first, last, before_last = time[pairs.start], time[pairs.last], time[np.maximum(pairs.last - 1, pairs.start)]
    count = place.of(pairs.size)
    since = now - place.of(last, np.nan)
    interval = _interval(place.of(last - first, np.nan), count, rates.day_gap[item])
    gap = np.diff(time, prepend=time[:1])
    gap[pairs.start] = 0.0
    spread = np.where(count > 2, place.of(pairs.sum(gap**2)) / np.maximum(count - 1, 1), np.nan)
    columns: Columns = {
        "own_since_days": since,
        "own_first_days": now - place.of(first, np.nan),
        "own_interval_days": interval,
        "own_due_days": since / interval,
        "own_irregular": np.sqrt(spread) / interval,
        "own_last_interval_days": np.where(count > 1, place.of(last - before_last), np.nan),
    }
    ago = as_of[asked.row] - time
    for life in DAY_HALF_LIVES:
        columns[f"own_days_{life:g}"] = place.of(pairs.sum(np.exp2(-ago / life)))
    return columns


def _interval(gaps: NDArray[np.float64], count: NDArray[np.float64], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """The customer's mean time between purchases shrunk to the item's; NaN where it was never bought."""
    return (gaps + OWN_INTERVALS * usual) / (np.maximum(count - 1, 0) + OWN_INTERVALS)
