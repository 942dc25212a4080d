"""Timeless: the features that say something of a history whose sequence was drawn by chance."""

from __future__ import annotations

from training.next_order.features.scores import Columns

# What they look at: the first or the last purchases, how long ago they were, and what came between them.
OF_SEQUENCE = (
    *("own_rate_since_first", "own_visit_share_8", "own_last_quantity", "item_hazard", "item_short", "item_middle"),
    *("item_trend", "item_season", "item_since", "customer_last_size", "customer_recent_size"),
)
OF_VISITS = ("own_visits_", "item_interval_")
SINCE = ("_since_visits", "_first_visits", "_interval_visits", "_due_visits", "_visits_3", "_visits_15", "_instead")


def timeless(columns: Columns) -> Columns:
    """Without the columns of a sequence."""
    left_out = {name for name in columns if name.startswith(OF_VISITS) or name.endswith(SINCE)}
    return {name: column for name, column in columns.items() if name not in left_out and name not in OF_SEQUENCE}
