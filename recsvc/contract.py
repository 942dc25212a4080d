"""Contract: what the API takes beside a Query, and everything it answers, as types."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models.query import CustomerId, ItemId, ItemIds, Reason

MAX_BATCH = 50
MAX_EVENTS = 100

Text = Annotated[str, Meta(min_length=1)]
Holdout = (
    Annotated[
        bool,
        Meta(
            description="Whether the customer gets what strangers get, to measure what personalisation adds; "
            "there where a share of customers does."
        ),
    ]
    | UnsetType
)

# msgspec has no unions of structs without a tag; these name what such a place holds.
_QUERY, _SLATE, _PROBLEM, _EVENT = (
    {"$ref": f"#/components/schemas/{name}"} for name in ("SlateQuery", "Recommendations", "ProblemDocument", "Event")
)


class Item(msgspec.Struct, frozen=True):
    """One place of a slate, with the catalogue fields asked for beside these."""

    item_id: Text
    rank: Annotated[int, Meta(ge=1, description="Place in the whole ranking, counted from 1.")]
    score: Annotated[float, Meta(description="Falls along the slate; compare it within one slate only.")]
    method: Annotated[str, Meta(description="The method that put the item here.")]
    reason: Annotated[Reason, Meta(description="Why the item is here.")]


class Recommendations(msgspec.Struct, frozen=True):
    """A slate, ready to show."""

    recommendation_id: Annotated[Text, Meta(description="Send it back with views, clicks and purchases.")]
    placement: Text
    model_version: Annotated[Text, Meta(description="Version of the bundle that answered.")]
    customer_known: Annotated[
        bool, Meta(description="Whether a purchase history was there to go by; of the holdout it is not.")
    ]
    fallback: Annotated[str | None, Meta(description="The list that filled up the slate; null if none was needed.")]
    items: Annotated[tuple[Item, ...], Meta(description="Best first.")]
    holdout: Holdout = UNSET


class EventList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several events in one request."""

    # Each is read by itself, so that the faults of all are told at once.
    events: Annotated[
        tuple[Any, ...],
        Meta(min_length=1, max_length=MAX_EVENTS, description="Events.", extra_json_schema={"items": _EVENT}),
    ]


class EventsReceived(msgspec.Struct, frozen=True):
    """That the events are stored."""

    received: Annotated[int, Meta(ge=1, description="Events of the request, with those stored before.")]


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several queries in one request, such as all placements of one page."""

    # Each request is read by itself, so that a wrong one spoils no other.
    requests: Annotated[
        tuple[Any, ...],
        Meta(
            max_length=MAX_BATCH,
            description="Queries; whatever is none gets a problem in its place.",
            extra_json_schema={"items": {"anyOf": [_QUERY, {}]}},
        ),
    ]
    distinct: Annotated[bool, Meta(description="Show no item twice: earlier requests choose first.")] = False


class BatchResults(msgspec.Struct, frozen=True):
    """What each request of a batch got, in order."""

    results: Annotated[tuple[Any, ...], Meta(extra_json_schema={"items": {"anyOf": [_SLATE, _PROBLEM]}})]


class PlacementInfo(msgspec.Struct, frozen=True):
    """A placement as callers need to know it."""

    placement: Text
    kind: Annotated[Text, Meta(description="The kind of recommendation, such as `for_you`.")]
    limit: Annotated[int, Meta(ge=1, description="Items answered where a query gives no `limit`.")]
    description: Annotated[str, Meta(description="What it is for, in a sentence.")] = ""


class PlacementSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose settings to write out."""

    placement: Annotated[Text, Meta(description="Which placement.")]


class PlacementList(msgspec.Struct, frozen=True):
    """Every placement of the shop."""

    placements: tuple[PlacementInfo, ...]


PlacementsText = Annotated[str, Meta(min_length=1, description="The text of a placements file, in TOML.")]


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Placements that are not saved yet, and a query to try them with."""

    placements: PlacementsText
    # Read by itself, as the requests of a batch are.
    request: Annotated[Any, Meta(description="What to ask.", extra_json_schema=_QUERY)]


class TrialResult(msgspec.Struct, frozen=True):
    """What the placements would answer."""

    slate: Annotated[Any, Meta(extra_json_schema=_SLATE)]
    notes: Annotated[tuple[str, ...], Meta(description="What is no fault, and probably not meant.")]


class ItemQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an item is in a slate, or is not."""

    request: Annotated[Any, Meta(description="What is asked.", extra_json_schema=_QUERY)]
    item_id: Annotated[ItemId, Meta(description="The item in question.")]
    placements: Annotated[PlacementsText | None, Meta(description="Placements to try; default: those served.")] = None


class ItemQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which items to look up."""

    item_id: Annotated[ItemIds, Meta(min_length=1, description="Items to look up.")]
    fields: Annotated[
        Annotated[tuple[str, ...], Meta(max_length=50)] | None,
        Meta(description="Catalogue fields to answer; default: title, price, currency, link, image_link."),
    ] = None


class KnownItem(msgspec.Struct, frozen=True):
    """An item of the catalogue, with the fields asked for beside its id."""

    item_id: Text


class ItemList(msgspec.Struct, frozen=True):
    """The items asked for, in order."""

    items: tuple[KnownItem, ...]
    unknown: Annotated[tuple[str, ...], Meta(description="Ids that the catalogue does not have.")]


class PeopleQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look for."""

    starts_with: Annotated[
        Annotated[str, Meta(max_length=256)] | None,
        Meta(description="How their ids begin; without it, some from everywhere in the shop."),
    ] = None
    limit: Annotated[int, Meta(ge=1, le=100, description="How many at most.")] = 20


class Person(msgspec.Struct, frozen=True):
    """A customer with a history."""

    customer_id: Text
    items: Annotated[int, Meta(ge=0, description="How many different items were bought.")]
    ago: Annotated[float | None, Meta(description="Time since the last purchase, in `unit`.")]


class PeopleList(msgspec.Struct, frozen=True):
    """Customers found, by id."""

    unit: Annotated[Text, Meta(description="What times count: `day`, or `order` where orders have positions only.")]
    customers: tuple[Person, ...]


class PurchasesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose purchases to look up."""

    customer_id: Annotated[CustomerId, Meta(description="Who bought.")]
    limit: Annotated[int, Meta(ge=1, le=200, description="How many items at most.")] = 50


class PurchasedItem(msgspec.Struct, frozen=True):
    """An item that the customer bought, with its usual catalogue fields and its category beside these."""

    item_id: Text
    orders: Annotated[int, Meta(ge=1, description="How many orders held it.")]
    ago: Annotated[float, Meta(description="Time since the last of them, in `unit`.")]


class Purchases(msgspec.Struct, frozen=True):
    """What a customer bought, the latest first."""

    customer_id: Text
    customer_known: Annotated[bool, Meta(description="Whether the customer has a purchase history here.")]
    unit: Annotated[Text, Meta(description="What times count: `day`, or `order` where orders have positions only.")]
    attributes: Annotated[dict[str, Any], Meta(description="What the customers table says.")]
    items: Annotated[int, Meta(ge=0, description="How many different items were bought, listed here or not.")]
    purchases: tuple[PurchasedItem, ...]


class TrainingWindow(msgspec.Struct, frozen=True):
    """The first and last order learnt from: times, or positions where orders have no times."""

    first: str | int
    last: str | int


class ModelInfo(msgspec.Struct, frozen=True):
    """The bundle that is being served."""

    model_version: Text
    created_at: dt.datetime
    training_window: TrainingWindow
    timezone: str
    currency: str | None
    customers: Annotated[int, Meta(ge=0, description="Customers with a history.")]
    items: Annotated[int, Meta(ge=0, description="Items of the catalogue.")]
    methods: tuple[str, ...]
    evaluation: Annotated[dict[str, Any], Meta(description="The evaluation report of the training run.")]


class Health(msgspec.Struct, frozen=True):
    """That the process answers."""

    status: Text


class Readiness(msgspec.Struct, frozen=True):
    """That recommendations can be served, and from which bundle."""

    status: Text
    model_version: Text
