"""Export: the slates of many customers as columns, a whole chunk of them at once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from models.batch import Batch
from models.cards import DEFAULT_FIELDS
from models.catalogue import BooleanColumn
from models.engine import Engine
from models.methods import METHOD_NAMES
from models.placements import Placement
from models.query import MAX_LIMIT
from models.reasons import worded
from models.rules.moment import Moment
from models.slots import Slots
from models.translate import SECONDS_A_DAY, present
from models.view import View
from recsvc.errors import ExportError
from recsvc.holdout import Holdout
from recsvc.links import with_links
from recsvc.reduced import reduced
from recsvc.share import Share

Layout = Literal["long", "wide"]

# Customers scored at once: enough to be fast, little enough for any machine.
CHUNK = 4_096
# Filled wherever the price is: a mail tool may keep what a cell held before it was empty.
FINAL_PRICE = "final_price"
ARROW_TYPES = {"number": pa.float64(), "boolean": pa.bool_()}


@dataclass(frozen=True, slots=True)
class Customers:
    """`ids` as they go into the file; `rows` int32, -1 for those that the bundle does not know."""

    ids: pa.Array
    rows: NDArray[np.int32]

    @classmethod
    def all(cls, engine: Engine) -> Customers:
        known = engine.model.customers.array
        return cls(pa.array(known.tolist(), pa.binary()).cast(pa.string()), np.arange(len(known), dtype=np.int32))

    @classmethod
    def of(cls, engine: Engine, ids: Sequence[str]) -> Customers:
        """Each once, in the order of their first mention; unknown ones are answered as strangers."""
        distinct = list(dict.fromkeys(ids))
        return cls(pa.array(distinct, pa.string()), engine.model.customers.rows(distinct, missing=-1))

    def less(self, tombstones: Set[bytes]) -> Customers:
        """Those who were not erased."""
        if not tombstones:
            return self
        kept = np.array([hashlib.sha256(one).digest() not in tombstones for one in self._encoded()], np.bool_)
        return Customers(self.ids.filter(pa.array(kept)), self.rows[kept])

    def subscribed(self, engine: Engine) -> Customers:
        """Less those who consent to no e-mail; where the shop has no such column, all."""
        column = engine.model.customer_attributes.columns.get("consent_email")
        if not isinstance(column, BooleanColumn):
            return self
        kept = (self.rows < 0) | (column.values[np.maximum(self.rows, 0)] != 0)
        return Customers(self.ids.filter(pa.array(kept)), self.rows[kept])

    def held_out(self, holdout: Holdout) -> NDArray[np.bool_]:
        """(n,): who of them is."""
        return holdout.of(np.array(self._encoded(), "S"))

    def _encoded(self) -> list[bytes]:
        """The ids as they are hashed."""
        encoded: list[bytes] = self.ids.cast(pa.binary()).to_pylist()
        return encoded

    def chunks(self) -> Iterator[Customers]:
        for start in range(0, len(self.rows), CHUNK):
            yield Customers(self.ids[start : start + CHUNK], self.rows[start : start + CHUNK])


class Export:
    """The slates of one placement at one moment; `schema` is that of every batch."""

    def __init__(
        self,
        engine: Engine,
        placement: Placement,
        *,
        layout: Layout = "long",
        limit: int | None = None,
        as_of: float | None = None,
        send_id: str | None = None,
        public_url: str | None = None,
        share: Share | None = None,
        holdout: Holdout | None = None,
    ) -> None:
        """`as_of` in seconds since 1970; `send_id`: what rotation goes by; `share` bounds how often one item is shown;

        `holdout` gets what strangers get, and makes a column that says of whom it is so.

        Raises ExportError where slates depend on what only a query of one customer tells.
        """
        self._engine = engine
        self._placement = placement
        self._layout = layout
        self._limit = limit or placement.limit
        self._view = View(engine.model)
        self._public_url = public_url
        self._moment = _moment(engine, placement, as_of, send_id)
        shop = engine.model.shop
        self._elapsed = self._moment.as_of / SECONDS_A_DAY - shop.reference if shop.unit == "day" else 0.0
        self._share = share
        self._holdout = holdout
        schema = self._wide_schema() if layout == "wide" else LONG
        self.schema = schema if holdout is None else schema.insert(1, HOLDOUT)

    def batch(self, customers: Customers) -> pa.RecordBatch:
        held_out = None if self._holdout is None else customers.held_out(self._holdout)
        known = customers.rows if held_out is None else np.where(held_out, np.int32(-1), customers.rows)
        query = Batch.of_customers(known, elapsed=self._elapsed)
        limit = self._limit if self._share is None else max(self._limit, MAX_LIMIT)
        slots = self._engine.slots(self._placement, query, moment=self._moment, limit=limit).slots
        if self._share is not None:
            slots = self._share.of(slots, self._limit)
        arrays = self._wide(customers, slots) if self._layout == "wide" else self._long(customers, slots)
        if held_out is not None:
            of_rows = held_out if self._layout == "wide" else np.repeat(held_out, (slots["item"] >= 0).sum(axis=1))
            arrays.insert(1, pa.array(of_rows))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _long(self, customers: Customers, slots: Slots) -> list[pa.Array]:
        """One row a slot."""
        query, place = np.nonzero(slots["item"] >= 0)
        filled = slots[query, place]
        return [
            customers.ids.take(pa.array(query)),
            pa.array((place + 1).astype(np.int32)),
            self._item_ids(filled),
            pa.array(filled["score"]),
            _methods(filled),
            self._reasons(filled),
        ]

    def _wide(self, customers: Customers, slots: Slots) -> list[pa.Array]:
        """One row a customer; where a slate is shorter, the rest is null."""
        is_filled = (slots["item"] >= 0).ravel()
        filled = slots.ravel()[is_filled]
        columns = [
            self._item_ids(filled),
            *self._fields(filled),
            pa.array(filled["score"]),
            _methods(filled),
            self._reasons(filled),
        ]
        position = np.where(is_filled, np.cumsum(is_filled) - 1, -1).reshape(-1, self._limit)
        places = [pa.array(place, mask=place < 0) for place in position.T]
        return [customers.ids, *(column.take(place) for place in places for column in columns)]

    def _item_ids(self, filled: Slots) -> pa.Array:
        return _by_item(filled["item"], pa.string(), self._engine.model.items.id)

    def _fields(self, filled: Slots) -> Iterator[pa.Array]:
        for name in DEFAULT_FIELDS:
            yield _by_item(filled["item"], self._type(name), partial(self._field, name))
        yield _by_item(filled["item"], pa.float64(), self._final_price)

    def _field(self, name: str, row: int) -> object:
        fields = self._view.fields(row, (name,))
        return (fields if self._public_url is None else with_links(fields, self._public_url))[name]

    def _final_price(self, row: int) -> float | None:
        """What the item costs today."""
        fields = self._view.fields(row, ("price", "sale_price"))
        lower = reduced(fields["price"], fields["sale_price"])
        return fields["price"] if lower is None else lower

    def _type(self, field: str) -> pa.DataType:
        return ARROW_TYPES.get(self._engine.model.shop.catalogue.kinds.get(field, "text"), pa.string())

    def _wide_schema(self) -> pa.Schema:
        kinds = {
            "id": pa.string(),
            **{name: self._type(name) for name in DEFAULT_FIELDS},
            FINAL_PRICE: pa.float64(),
            **LAST,
        }
        columns = [
            (f"item_{place}_{name}", kind) for place in range(1, self._limit + 1) for name, kind in kinds.items()
        ]
        return pa.schema([("customer_id", pa.string()), *columns])

    def _reasons(self, filled: Slots) -> pa.Array:
        """A sentence for each slot; equal ones are worded once."""
        told = filled["code"], filled["evidence"], filled["n1"], filled["n2"] + np.float32(self._elapsed)
        alike = *told[:2], worded(told[2]), worded(told[3])
        order = np.lexsort(alike)
        changes = np.any([np.diff(part[order]) != 0 for part in alike], axis=0)
        group = np.concatenate([np.zeros(min(1, len(order)), np.int64), np.cumsum(changes)])
        first = order[np.flatnonzero(np.diff(group, prepend=-1))]
        reasons = self._view.reasons(list(zip(*(part[first].tolist() for part in told), strict=True)))
        texts = [reason.text for reason in reasons]
        number = np.empty(len(order), np.int64)
        number[order] = group
        return pa.array(texts, pa.string()).take(pa.array(number))


LAST = {"score": pa.float32(), "method": pa.string(), "reason": pa.string()}
HOLDOUT = pa.field("holdout", pa.bool_())
LONG = pa.schema([("customer_id", pa.string()), ("rank", pa.int32()), ("item_id", pa.string()), *LAST.items()])


def share_of(engine: Engine, most: float, recipients: int) -> Share:
    """Raises ExportError where the share would show nothing to anybody."""
    if most * recipients < 1:
        raise ExportError(f"--max-share {most:.4%} of {recipients} customers is less than one")
    return Share(len(engine.model.items), most)


def _moment(engine: Engine, placement: Placement, as_of: float | None, send_id: str | None) -> Moment:
    """What all slates of an export have in common. Raises ExportError."""
    if as_of is not None and engine.model.shop.unit == "order":
        raise ExportError("this shop's history has order positions instead of times, so there is no --as-of")
    if engine.asks_customers(placement):
        raise ExportError(f"a filter of placement {placement.name} differs from customer to customer")
    return Moment(present(engine.model, time.time()) if as_of is None else as_of, send_id=send_id)


def _methods(filled: Slots) -> pa.Array:
    return pa.array(METHOD_NAMES).take(pa.array(filled["method"]))


def _by_item(rows: NDArray[np.int32], kind: pa.DataType, value: Callable[[int], object]) -> pa.Array:
    """What `value` says of each item, asked once for each that occurs."""
    distinct, number = np.unique(rows, return_inverse=True)
    return pa.array([value(row) for row in distinct.tolist()], kind).take(pa.array(number))
