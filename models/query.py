"""Query and Slate: what goes into the Engine and what comes out, in external ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

ItemId = Annotated[str, Meta(min_length=1, max_length=256)]
CustomerId = Annotated[str, Meta(min_length=1, max_length=256)]
ItemIds = Annotated[tuple[ItemId, ...], Meta(max_length=200)]

_encode = msgspec.json.Encoder().encode

MAX_LIMIT = 200
MAX_OFFSET = 10_000
MAX_FILTER_CHARS = 2_000


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question: which items for this customer in this placement?"""

    placement: Annotated[str, Meta(min_length=1, max_length=100, description="Which placement to fill.")]
    customer_id: Annotated[CustomerId | None, Meta(description="Who it is for; may be unknown.")] = None
    anonymous_id: Annotated[CustomerId | None, Meta(description="A visitor who is not logged in.")] = None
    item_id: Annotated[ItemIds, Meta(description="The items that the page is about.")] = ()
    cart: Annotated[ItemIds, Meta(description="The items in the cart.")] = ()
    recent: Annotated[ItemIds, Meta(description="Items just viewed, latest first.")] = ()
    exclude: Annotated[ItemIds, Meta(description="Items that must not appear.")] = ()
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_LIMIT)] | None,
        Meta(description="How many items at most; default: the placement's own limit."),
    ] = None
    offset: Annotated[int, Meta(ge=0, le=MAX_OFFSET, description="How many items of the ranking to skip.")] = 0
    filter: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_FILTER_CHARS)] | None,
        Meta(description="What items must meet, such as `price < 20 and brand = 'X'`."),
    ] = None
    send_id: Annotated[
        Annotated[str, Meta(min_length=1, max_length=256)] | None,
        Meta(description="The mail or page view that this belongs to: what rotates stays the same for it."),
    ] = None
    fields: Annotated[
        Annotated[tuple[str, ...], Meta(max_length=50)] | None,
        Meta(description="Catalogue fields to answer; default: title, price, currency, link, image_link."),
    ] = None
    as_of: Annotated[
        Annotated[dt.datetime, Meta(tz=True)] | None,
        Meta(description="The moment to answer for; default: now."),
    ] = None
    evidence: Annotated[
        bool, Meta(description="Whether reasons come with what they tell of, to be said in another language.")
    ] = False


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the sentence of a reason tells of; what it does not mention is left out."""

    title: Annotated[str | None, Meta(description="How the item in `item_ids` is called.")] = None
    count: Annotated[
        int | None, Meta(description="Orders or customers, as the code says; of `buy_again`, the usual interval.")
    ] = None
    ago: Annotated[int | None, Meta(description="Time since the last purchase.")] = None
    unit: Annotated[Literal["day", "order"] | None, Meta(description="What interval and time are counted in.")] = None


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why an item is in the slate."""

    code: str
    text: str
    item_ids: tuple[str, ...] = ()
    evidence: Annotated[Evidence, Meta(description="Where the query asks for it.")] | UnsetType = UNSET


class SlateItem(msgspec.Struct, frozen=True, gc=False):
    """One place of a slate; `card`: the catalogue fields asked for, as an open JSON object (see card_of).

    Nothing in an item or its reason can lead back to it, so the garbage collector need not look at them.
    """

    item_id: str
    rank: int
    score: float
    method: str
    reason: Reason
    card: msgspec.Raw

    @property
    def fields(self) -> dict[str, Any]:
        """The catalogue fields asked for, read from the card at each call."""
        fields: dict[str, Any] = msgspec.json.decode(bytes(self.card) + b"}")
        return fields


def card_of(fields: Mapping[str, Any]) -> msgspec.Raw:
    """A card: a JSON object without its closing brace, so that it can end an object of more fields."""
    return msgspec.Raw(_encode(fields)[:-1])


class Slate(msgspec.Struct, frozen=True):
    """The ranked answer to one query; `holdout`: whether its customer is kept from it, where that is measured."""

    placement: str
    model_version: str
    customer_known: bool
    fallback: str | None
    items: tuple[SlateItem, ...]
    holdout: bool | UnsetType = UNSET
