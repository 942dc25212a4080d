"""Customer: how often and how much the customer buys, how much of it again, and how long ago."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.next_order.features.scores import Columns
from training.next_order.histories import Histories

RECENT_VISITS = 5
# Added to the days of a short history, so that a single visit has an interval.
LEAST_DAYS = 7.0
DAYS_A_WEEK = 7


def customer(asked: Histories, as_of: NDArray[np.float64], row: NDArray[np.int64]) -> Columns:
    """The same for all candidates of a query."""
    purchases, visits = asked.purchases, asked.visits
    start = purchases.visit_start[asked.customers]
    until = np.append(0, np.cumsum(purchases.visit_size))
    lines = until[start + visits] - until[start]
    recent = np.minimum(visits, RECENT_VISITS)
    distinct = np.bincount(asked.row[asked.pairs.start], minlength=len(asked))
    columns: Columns = {
        "customer_visits": visits,
        "customer_size": lines / visits,
        "customer_last_size": purchases.visit_size[start + visits - 1],
        "customer_recent_size": (until[start + visits] - until[start + visits - recent]) / recent,
        "customer_items": distinct,
        "customer_repeats": 1.0 - distinct / lines,
    }
    if not purchases.sequence:
        first, last = purchases.visit_time[start], purchases.visit_time[start + visits - 1]
        interval = (last - first + LEAST_DAYS) / visits
        columns |= {
            "customer_since": as_of - last,
            "customer_interval": interval,
            "customer_due": (as_of - last) / interval,
            "customer_weekday": as_of % DAYS_A_WEEK,
        }
    return {name: values[row] for name, values in columns.items()}
