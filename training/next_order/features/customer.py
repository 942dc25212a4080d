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


def usual_interval(asked: Histories) -> NDArray[np.float64]:
    """Days from one visit of a customer to the next, (R,)."""
    first, last = _first_and_last(asked)
    return (last - first + LEAST_DAYS) / asked.visits


def usually_back(asked: Histories, as_of: NDArray[np.float64]) -> NDArray[np.float64]:
    """The day when each customer would usually be back, or `as_of` where that is sooner, (R,).

    What someone buys who comes back late is what was due then: by today all of it would seem overdue alike.
    """
    if asked.purchases.sequence:
        return as_of
    _, last = _first_and_last(asked)
    return np.minimum(as_of, np.floor(last + usual_interval(asked)))


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
        _, last = _first_and_last(asked)
        interval = usual_interval(asked)
        columns |= {
            "customer_since": as_of - last,
            "customer_interval": interval,
            "customer_due": (as_of - last) / interval,
            "customer_weekday": as_of % DAYS_A_WEEK,
        }
    return {name: values[row] for name, values in columns.items()}


def _first_and_last(asked: Histories) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The days of the first and the last known visit, (R,) both."""
    purchases = asked.purchases
    start = purchases.visit_start[asked.customers]
    return purchases.visit_time[start], purchases.visit_time[start + asked.visits - 1]
