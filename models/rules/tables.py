"""Tables: the rules of a placement as the placements file writes them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from models.query import MAX_FILTER_CHARS, MAX_LIMIT, ItemId

# A date or a time as TOML and ISO 8601 write it; whether there is such a day is asked when it is read.
MOMENT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
)
MomentText = Annotated[str, Meta(pattern=MOMENT_PATTERN)]
FilterText = Annotated[str, Meta(min_length=1, max_length=MAX_FILTER_CHARS)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of settings; unknown keys are refused."""


class Scheduled(Table, frozen=True, kw_only=True, rename={"start": "from"}):
    """Something that holds always, or from one moment until another."""

    start: Annotated[
        MomentText | None, Meta(description="First moment: a date, or a time in the placement's time zone.")
    ] = None
    until: Annotated[
        MomentText | None, Meta(description="The last day if it is a date; if it is a time, the first moment after.")
    ] = None


class Boost(Scheduled, frozen=True, kw_only=True):
    """Lifts items that meet a filter."""

    filter: Annotated[FilterText, Meta(description="Which items: a filter expression.")]
    factor: Annotated[float, Meta(gt=1, le=1000, description="What their relevance is multiplied by.")]


class Bury(Scheduled, frozen=True, kw_only=True):
    """Lowers items that meet a filter, and hides none."""

    filter: Annotated[FilterText, Meta(description="Which items: a filter expression.")]
    factor: Annotated[float, Meta(gt=0, lt=1, description="What their relevance is multiplied by.")]


class Pin(Scheduled, frozen=True, kw_only=True):
    """Puts an item at a place, wherever it may be shown at all."""

    item_id: Annotated[ItemId, Meta(description="The item.")]
    position: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Its place in the slate, counted from 1.")]


class Diversity(Table, frozen=True, kw_only=True):
    """How much of a slate may be alike: caps, or a balance of relevance and difference."""

    max_per_category: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_LIMIT)] | None, Meta(description="Items of one category at most.")
    ] = None
    category_level: Annotated[
        Annotated[int, Meta(ge=1, le=20)] | None,
        Meta(description="The level of the category tree that counts, 1 at the top; else the deepest."),
    ] = None
    max_per_brand: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_LIMIT)] | None, Meta(description="Items of one brand at most.")
    ] = None
    mmr: Annotated[
        Annotated[float, Meta(gt=0, lt=1)] | None,
        Meta(description="Weight of being unlike the items above, by category and brand, against relevance."),
    ] = None


class PriceStep(Table, frozen=True, kw_only=True):
    """Which prices are a step up from the item in question, as ratios of its own."""

    min: Annotated[float, Meta(ge=0.01, le=1000, description="Lowest price over that of the item in question.")] = 1.0
    max: Annotated[
        Annotated[float, Meta(ge=0.01, le=1000)] | None,
        Meta(description="Highest price over that of the item in question."),
    ] = None

    @property
    def filter(self) -> str:
        """The same as a filter expression; without an item, or its price, there is nothing to step up from."""
        upper = "" if self.max is None else f" and price <= item.price * {self.max:.12g}"
        return f"item.price is null or (price >= item.price * {self.min:.12g}{upper})"


class Margin(Table, frozen=True, kw_only=True):
    """Prefers what earns more, within bounds."""

    weight: Annotated[
        float, Meta(gt=0, le=1, description="Exponent of the margin: 0 ranks by relevance, 1 by expected margin.")
    ]
    max_relevance_loss: Annotated[
        float, Meta(ge=0, le=1, description="Share of the slate's relevance (DCG) that may be lost to the margin.")
    ] = 0.02


class Rotation(Table, frozen=True, kw_only=True):
    """Draws part of the slate anew for every send, or every day, and the same for one send again."""

    pool: Annotated[int, Meta(ge=2, le=MAX_LIMIT, description="How many of the best are drawn from.")]
    keep: Annotated[int, Meta(ge=0, le=MAX_LIMIT, description="How many of the best stay where they are.")] = 0
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1, description="Another number draws other slates.")] = 0
