"""Stored events: every event received, kept in the order of arrival until it is deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import asdict
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.state import schema
from recsvc.state.locks import lock_customers
from recsvc.state.store import database_errors
from recsvc.state.tombstones import erased_among
from recsvc.tokens import Scope

ROWS_AT_ONCE = 10_000
_KEPT = schema.events.c
# About how many are kept, by the numbers given out: exact counting reads the whole table, and so does SQLite where
# both ends are asked for in one breath.
_SPAN = select(select(func.max(_KEPT.number)).scalar_subquery() - select(func.min(_KEPT.number)).scalar_subquery())


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an event; `source` is the scope of the key that brought it."""

    source: Scope
    event_id: str
    event: str
    item_id: str
    customer_id: str | None
    anonymous_id: str | None
    occurred_at: dt.datetime
    received_at: dt.datetime
    recommendation_id: str | None
    placement: str | None


COLUMNS = StoredEvent.__struct_fields__


class EventsFull(StateError):
    """As many events are kept as the settings allow."""


class Events:
    """The table of events. Every method raises StateError when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, events: Sequence[StoredEvent], *, max_rows: int) -> None:
        """All or none, in one transaction. One whose id the same source has used is there already.

        Of an erased customer nothing is kept.

        Raises EventsFull rather than keep more than about `max_rows`.
        """
        # Two requests that bring the same events must not wait for each other crosswise.
        rows = [asdict(event) for event in sorted(events, key=lambda event: event.event_id)]
        named = {event.customer_id for event in events if event.customer_id is not None}
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        with database_errors(), self._engine.begin() as connection:
            if (connection.scalar(_SPAN) or 0) >= max_rows:
                raise EventsFull(f"{max_rows} events are kept already")
            lock_customers(connection, named)
            connection.execute(insert(schema.events).on_conflict_do_nothing(), rows)
            # Looked at last, because an erasure may have come until now.
            if erased := erased_among(connection, named):
                connection.execute(delete(schema.events).where(_KEPT.customer_id.in_(erased)))

    def batches(self, since: dt.datetime | None = None) -> Iterator[list[tuple[object, ...]]]:
        """Rows in the order of COLUMNS and of arrival, many at a time; those received from `since` on."""
        # Whoever reads them knows ids alone, not sources.
        their_id = (_KEPT.source + ":" + _KEPT.event_id).label("event_id")
        chosen = select(*(their_id if name == "event_id" else _KEPT[name] for name in COLUMNS)).order_by(_KEPT.number)
        if since is not None:
            chosen = chosen.where(_KEPT.received_at >= since)
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(chosen)
            for part in rows.partitions():
                yield [tuple(row) for row in part]

    def delete(self, before: dt.datetime) -> int:
        """Forgets those received before; returns how many."""
        with database_errors(), self._engine.begin() as connection:
            return connection.execute(delete(schema.events).where(_KEPT.received_at < before)).rowcount
