"""Kinds: what each kind of placement scores, and what it says about items the customer already bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Purchased = Literal["show", "hide", "only"]
Anchors = Literal["none", "items", "cart"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`methods` are asked in order, a later one filling what the earlier left, where no ranked lists are learned."""

    methods: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()  # presorted lists that are the answer itself, not a fallback
    anchors: Anchors = "none"
    recent: bool = False  # the answer is what the visitor just viewed
    purchased: Purchased = "show"


KINDS: dict[str, Kind] = {
    "for_you": Kind(),
    "buy_again": Kind(methods=("own_frequency", "repurchase"), purchased="only"),
    "cross_sell": Kind(methods=("basket", "content"), anchors="cart"),
    "up_sell": Kind(methods=("up_sell",), anchors="items"),
    "similar": Kind(methods=("item_knn", "content"), anchors="items"),
    "trending": Kind(lists=("trending",)),
    "new_arrivals": Kind(methods=("arrivals",), lists=("new_arrivals",), purchased="hide"),
    "recently_viewed": Kind(recent=True),
}
