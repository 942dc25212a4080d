"""Translation of one query's external ids and time into the rows and time units that the Engine works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from models.batch import Batch
from models.errors import QueryError
from models.kinds import Kind
from models.model import Model
from models.query import Query
from models.ragged import Ragged

SECONDS_A_DAY = 86_400.0
# A bundle whose window ended longer ago answers as of that end, or an old demo shop is overdue for everything.
STALE_AFTER_DAYS = 30.0
NOTHING = Ragged.empty(1)


class Asked(msgspec.Struct, frozen=True, eq=False):
    """A query in rows: a batch of one, the anchor that filters call `item`, and the time in seconds since 1970.

    `named`, `viewed`: which variant of a lead the query asks about, and which it saw; empty where the shop has none.
    """

    batch: Batch
    named: dict[int, int]
    viewed: dict[int, int]
    anchor: int | None
    customer_attributes: dict[str, Any] | None
    as_of: float
    elapsed: float


def translate(query: Query, kind: Kind, model: Model, now: float) -> Asked:
    """Unknown customers and items are dropped. Raises QueryError where the query contradicts the shop."""
    customer = -1 if query.customer_id is None else model.customers.row(query.customer_id, missing=-1)
    items, cart, recent = (_rows(model, ids) for ids in (query.item_id, query.cart, query.recent))
    as_of = _as_of(query.as_of, model, now)
    since = elapsed(model, as_of)
    anchored = {"none": [], "items": items or cart, "cart": cart + items}[kind.anchors]
    shown = [] if kind.recent else recent
    batch = Batch(
        customers=np.array([customer], np.int32),
        anchors=_leads(model, anchored),
        recent=_leads(model, recent),
        exclude=_leads(model, items + cart + shown + _rows(model, query.exclude)),
        elapsed=np.array([since], np.float32),
    )
    anchor = items[0] if items else cart[0] if cart else None
    named, viewed = _named(model, items + cart), _named(model, recent)
    return Asked(batch, named, viewed, anchor, _attributes(model, customer), as_of, since)


def _rows(model: Model, item_ids: Sequence[str]) -> list[int]:
    if not item_ids:
        return []
    rows = model.items.rows(item_ids, missing=-1)
    return [row for row in rows.tolist() if row >= 0]


def _named(model: Model, rows: list[int]) -> dict[int, int]:
    """The first of the rows by its lead."""
    group = model.shop.catalogue.group
    return {} if group is None else {int(group[row]): row for row in reversed(rows)}


def _leads(model: Model, rows: list[int]) -> Ragged:
    """One query's list of lead rows, the variants of one group only once."""
    if not rows:
        return NOTHING
    group = model.shop.catalogue.group
    leads = rows if group is None else group[rows].tolist()
    return Ragged.one(list(dict.fromkeys(leads)))


def elapsed(model: Model, as_of: float) -> float:
    """Time units from the bundle's reference time to a moment in seconds since 1970; none where times are positions."""
    return as_of / SECONDS_A_DAY - model.shop.reference if model.shop.unit == "day" else 0.0


def present(model: Model, now: float) -> float:
    """The time that queries without `as_of` are answered for, in seconds since 1970."""
    end = model.shop.reference * SECONDS_A_DAY
    return end if model.shop.unit == "day" and now - end > STALE_AFTER_DAYS * SECONDS_A_DAY else now


def _as_of(asked: dt.datetime | None, model: Model, now: float) -> float:
    if asked is None:
        return present(model, now)
    if model.shop.unit == "order":
        raise QueryError("as_of", "this shop's history has order positions instead of times")
    return (asked if asked.tzinfo else asked.replace(tzinfo=dt.UTC)).timestamp()


def _attributes(model: Model, customer: int) -> dict[str, Any] | None:
    if customer < 0 or not model.customer_attributes.columns:
        return None
    return model.customer_attributes.fields(customer, tuple(model.customer_attributes.columns))
