"""Verdict: why an item stands in a slate or does not, with everything that keeps it out."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

FindingCode = Literal[
    "shown",
    "unknown_item",
    "not_sellable",
    "filtered",
    "asked_about",
    "in_cart",
    "just_viewed",
    "excluded",
    "bought",
    "bought_recently",
    "never_bought",
    "other_variant",
    "not_a_candidate",
    "on_another_page",
    "capped",
    "ranked_below",
]


class Finding(msgspec.Struct, frozen=True):
    """One thing that decides about an item."""

    code: FindingCode
    text: Annotated[str, Meta(description="The same in a sentence.")]


class MethodScore(msgspec.Struct, frozen=True):
    """Where one method by itself has the item among its candidates; scores of two methods do not compare."""

    method: str
    place: Annotated[int, Meta(ge=1)]
    score: float


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of one item in one slate."""

    item_id: str
    shown: bool
    rank: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="Its place in the ranking; null where it has none.")
    ]
    findings: Annotated[tuple[Finding, ...], Meta(min_length=1, description="Everything that decides, not the first.")]
    scores: Annotated[tuple[MethodScore, ...], Meta(description="The methods that have it among their candidates.")]
