"""Reasons: why an item stands in a slate, as a code with evidence and as one English sentence."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from models.query import Evidence


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
    ALIKE = 14  # evidence: the anchor; n1: what both have, a sum of SHARED's numbers
    ALIKE_BOUGHT = 15  # evidence: the customer's item that contributed most; n1: as of ALIKE
    PINNED = 16
    POPULAR_IN_SEGMENT = 18  # n1: customers of the same segment who bought it
    LOOKED_AT = 17  # n1: events of this customer about it

    def __init__(self, _number: int) -> None:
        self.key = self.name.lower()


# Reasons whose evidence is something that the customer bought; that of the others was asked about or viewed.
OF_PURCHASES = (Code.BECAUSE_YOU_BOUGHT, Code.TASTE, Code.ALIKE_BOUGHT)
CODES: dict[int, Code] = {int(code): code for code in Code}
# What two items may have in common.
CATEGORY, BRAND, WORDS, PRICE = 1, 2, 4, 8
SHARED = {CATEGORY: "category", BRAND: "brand", WORDS: "words of the name", PRICE: "price range"}


# What each code says of: the title of its evidence, n1, n2 and the shop's time unit. A table, because ten sentences a
# request are looked up in less time than a chain of comparisons takes to come to its end.
_SENTENCES: dict[Code, Callable[[str | None, float, float, str], str]] = {
    Code.NONE: lambda *_: UNEXPLAINED,
    Code.BOUGHT_TOGETHER: lambda title, n1, *_: f"Bought together with {title} in {counted(n1, 'order')}",
    Code.BUY_AGAIN: lambda _, n1, n2, unit: f"You buy this about every {counted(n1, unit)}; last {ago(n2, unit)}",
    Code.BOUGHT_BEFORE: lambda _, n1, *__: f"You bought this in {counted(n1, 'order')}",
    Code.BECAUSE_YOU_BOUGHT: lambda title, *_: f"Because you bought {title}",
    Code.TASTE: lambda title, *_: f"Goes with your taste, as {title} does",
    Code.POPULAR: lambda _, n1, *__: f"Bought by {counted(n1, 'customer')}" if n1 else "From the shop's range",
    Code.TRENDING: lambda *_: "Selling well right now",
    Code.TRADE_UP: lambda title, *_: f"A step up from {title}",
    Code.SIMILAR: lambda title, *_: f"Similar to {title}",
    Code.NEW_ARRIVAL: lambda *_: "New in the shop",
    Code.RECENTLY_VIEWED: lambda *_: "You viewed this recently",
    Code.POPULAR_IN_CATEGORY: lambda _, n1, *__: (
        f"Popular in its category: bought by {counted(n1, 'customer')}" if n1 else "From the same category"
    ),
    Code.BECAUSE_YOU_VIEWED: lambda title, *_: f"Because you viewed {title}",
    Code.ALIKE: lambda title, n1, *_: f"{_in_common(n1)} {title}",
    Code.ALIKE_BOUGHT: lambda title, n1, *_: f"{_in_common(n1)} {title}, which you bought",
    Code.PINNED: lambda *_: "Picked by the shop",
    Code.POPULAR_IN_SEGMENT: lambda _, n1, *__: f"Bought by {counted(n1, 'customer')} like you",
    Code.LOOKED_AT: lambda _, n1, *__: f"You looked at this {counted(n1, 'time')}",
}
UNEXPLAINED = "Chosen by customers with a history like yours"
# Their sentences name the evidence.
NAMING = frozenset(
    (
        Code.BOUGHT_TOGETHER,
        Code.BECAUSE_YOU_BOUGHT,
        Code.TASTE,
        Code.TRADE_UP,
        Code.SIMILAR,
        Code.BECAUSE_YOU_VIEWED,
        Code.ALIKE,
        Code.ALIKE_BOUGHT,
    )
)


def sentence(code: Code, title: str | None, n1: float, n2: float, unit: str) -> str:
    """One English sentence; `title` names the evidence item (None: no evidence), `unit` is the shop's time unit."""
    return UNEXPLAINED if code in NAMING and not title else _SENTENCES[code](title, n1, n2, unit)


def _in_common(shared: float) -> str:
    """`Shares category, brand and price range with`, of a sum of SHARED's numbers."""
    names = [name for number, name in SHARED.items() if int(shared) & number]
    if not names:
        return "Similar to"
    return f"Shares {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)} with"


# Reasons whose sentence tells a number, if there is one.
COUNTING = (
    Code.BOUGHT_TOGETHER,
    Code.BUY_AGAIN,
    Code.BOUGHT_BEFORE,
    Code.POPULAR,
    Code.POPULAR_IN_CATEGORY,
    Code.LOOKED_AT,
    Code.POPULAR_IN_SEGMENT,
)


def evidence_of(code: Code, title: str | None, n1: float, n2: float, unit: str) -> Evidence:
    """What `sentence` tells of, each part by itself."""
    count = whole(n1) if code in COUNTING and n1 else None
    if code is not Code.BUY_AGAIN:
        return Evidence(title, count)
    since = whole(n2 + 1) if unit == "order" else round(n2) if n2 >= 0.5 else 0
    return Evidence(title, count, since, cast(Literal["day", "order"], unit))


def ago(age: float, unit: str) -> str:
    """`12 days ago`; of orders, the latest one is `1 order ago`."""
    if unit == "order":
        return f"{counted(age + 1, unit)} ago"
    return f"{counted(age, unit)} ago" if age >= 0.5 else f"less than a {unit} ago"


def worded(numbers: NDArray[np.floating]) -> NDArray[np.floating]:
    """Equal for numbers that sentences word alike: whole ones, but for those that are as good as nothing."""
    return np.where(numbers < 0.5, -1.0, np.rint(numbers))


def counted(number: float, noun: str) -> str:
    """`1 day`, `12 orders`."""
    count = whole(number)
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def whole(number: float) -> int:
    """A fraction rounded, and never to zero."""
    count = round(number)
    return count if count > 1 else 1
