"""Events: what visitors did, as callers tell it, and what of that is believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from recsvc.auth import Caller, refusal
from recsvc.customer_tokens import MAX_CHARS, CustomerTokens, TokenScope
from recsvc.faults import Found
from recsvc.state.events import StoredEvent

# Segment's names in snake_case, of events that are about one item; and what became of a slate.
EventName = Literal[
    "product_viewed",
    "product_clicked",
    "product_added",
    "product_removed",
    "product_added_to_wishlist",
    "product_removed_from_wishlist",
    "product_shared",
    "product_reviewed",
    "recommendation_viewed",
    "recommendation_clicked",
]
EVENT_NAMES: tuple[EventName, ...] = get_args(EventName)
OF_A_SLATE = frozenset({"recommendation_viewed", "recommendation_clicked"})

# PostgreSQL keeps no text with a NUL in it.
_NO_NUL = "^[^\x00]*$"
Id = Annotated[str, Meta(min_length=1, max_length=256, pattern=_NO_NUL, examples=["C-1042"])]
ShortId = Annotated[str, Meta(min_length=1, max_length=100, pattern=_NO_NUL, examples=["3f6ad2f2a1c94d0e"])]

# Clocks differ. A server is told; of a browser, whose clock nobody sets, a time that cannot be is replaced by ours.
AHEAD = dt.timedelta(minutes=5)
BROWSERS_DELAY = dt.timedelta(days=1)
EARLIEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)

ON_A_PAGE: tuple[TokenScope, ...] = ("personal",)


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that somebody did with one item."""

    event_id: Annotated[ShortId, Meta(description="Of your choice; an event sent again under its id counts once.")]
    event: Annotated[EventName, Meta(description="What was done.")]
    item_id: Annotated[Id, Meta(description="The item that it was done with.")]
    anonymous_id: Annotated[Id | None, Meta(description="A visitor who is not logged in.")] = None
    customer_id: Annotated[Id | None, Meta(description="Who did it; needs a server key.")] = None
    token: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_CHARS)] | None,
        Meta(description="A customer token of scope `personal`, in place of `customer_id`."),
    ] = None
    occurred_at: Annotated[Annotated[dt.datetime, Meta(tz=True)] | None, Meta(description="When; default: now.")] = None
    recommendation_id: Annotated[ShortId | None, Meta(description="The slate that it came from.")] = None
    placement: Annotated[ShortId | None, Meta(description="The placement of that slate.")] = None


def faults(event: Event, caller: Caller, now: dt.datetime) -> Iterator[Found]:
    """What is wrong with an event that its schema cannot tell."""
    if event.customer_id is None and event.anonymous_id is None and event.token is None:
        yield (), "needs an anonymous_id, a token or a customer_id"
    if event.event in OF_A_SLATE:
        for name in ("recommendation_id", "placement"):
            if getattr(event, name) is None:
                yield (name,), "is required of events of a slate"
    if caller.scope == "server" and event.occurred_at is not None:
        if event.occurred_at > now + AHEAD:
            yield ("occurred_at",), "lies in the future"
        elif event.occurred_at < EARLIEST:
            yield ("occurred_at",), "lies before 1970"


class Believed:
    """Events as they are kept: by whom and when is what key and token vouch for, not what a page says."""

    def __init__(self, caller: Caller, tokens: CustomerTokens, now: dt.datetime) -> None:
        self._caller = caller
        self._tokens = tokens
        self._now = now
        self._customers: dict[str, str] = {}

    def stored(self, event: Event) -> StoredEvent:
        """Raises a 401 problem for a wrong token, a 403 problem for a customer without one."""
        return StoredEvent(
            source=self._caller.scope,
            event_id=event.event_id,
            event=event.event,
            item_id=event.item_id,
            customer_id=self._customer(event),
            anonymous_id=event.anonymous_id,
            occurred_at=self._time(event),
            received_at=self._now,
            recommendation_id=event.recommendation_id,
            placement=event.placement,
        )

    def _customer(self, event: Event) -> str | None:
        if event.token is None:
            if event.customer_id is not None:
                self._caller.require_server_key("an event of one customer, without a token of that customer,")
            return event.customer_id
        if event.token not in self._customers:
            self._customers[event.token] = self._tokens.verify(event.token, ON_A_PAGE).customer_id
        customer_id = self._customers[event.token]
        if event.customer_id not in (None, customer_id):
            raise refusal("invalid-token")
        return customer_id

    def _time(self, event: Event) -> dt.datetime:
        at, now = event.occurred_at, self._now
        if at is None:
            return now
        is_doubtful = self._caller.scope != "server" and not now - BROWSERS_DELAY <= at <= now + AHEAD
        return now if is_doubtful else at
