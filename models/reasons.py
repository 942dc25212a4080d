"""Reasons: why an item stands in a slate, as a code with evidence and as one English sentence."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """What the evidence of a slot means; stored as one byte in bundles, so numbers are never reused."""

    NONE = 0
    BOUGHT_TOGETHER = 1  # evidence: the anchor; n1: orders that held both
    BUY_AGAIN = 2  # n1: the usual interval; n2: time since the last purchase, at the bundle's reference time
    BOUGHT_BEFORE = 3  # n1: orders of this customer that held it
    BECAUSE_YOU_BOUGHT = 4  # evidence: the customer's item that contributed most
    TASTE = 5  # evidence: the customer's item nearest in taste, or none
    POPULAR = 6  # n1: customers who bought it
    TRENDING = 7
    TRADE_UP = 8  # evidence: the anchor; n1: price ratio
    SIMILAR = 9  # evidence: the anchor
    NEW_ARRIVAL = 10
    RECENTLY_VIEWED = 11
    POPULAR_IN_CATEGORY = 12
    BECAUSE_YOU_VIEWED = 13  # evidence: the item of `recent` that contributed most

    @property
    def key(self) -> str:
        return self.name.lower()
