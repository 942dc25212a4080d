"""Query and Slate: what goes into the Engine and what comes out, in external ids."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec

ItemId = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
CustomerId = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
ItemIds = Annotated[tuple[ItemId, ...], msgspec.Meta(max_length=200)]

MAX_LIMIT = 200
MAX_OFFSET = 10_000
MAX_FILTER_CHARS = 2_000


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question: which items for this customer in this placement?"""

    placement: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    customer_id: CustomerId | None = None
    anonymous_id: CustomerId | None = None
    item_id: ItemIds = ()
    cart: ItemIds = ()
    recent: ItemIds = ()
    exclude: ItemIds = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=MAX_OFFSET)] = 0
    filter: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_FILTER_CHARS)] | None = None
    fields: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] | None = None
    as_of: dt.datetime | None = None


class Reason(msgspec.Struct, frozen=True):
    """Why an item is in the slate."""

    code: str
    text: str
    item_ids: tuple[str, ...] = ()


class SlateItem(msgspec.Struct, frozen=True):
    """One place of a slate; `fields` holds the catalogue fields asked for."""

    item_id: str
    rank: int
    score: float
    method: str
    reason: Reason
    fields: dict[str, Any]


class Slate(msgspec.Struct, frozen=True):
    """The ranked answer to one query."""

    placement: str
    model_version: str
    customer_known: bool
    fallback: str | None
    items: tuple[SlateItem, ...]
