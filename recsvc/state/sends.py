"""Sends: what each customer was shown in a mail, kept so that the mail shows it again whenever it is opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from recsvc.state.locks import lock_customers
from recsvc.state.schema import frozen_sends
from recsvc.state.store import database_errors
from recsvc.state.tombstones import erased_among

# Who asks without a name.
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Send:
    """One block of one mail to one customer."""

    placement: str
    send_id: str
    customer_id: str = NOBODY


class Sends:
    """The table of frozen sends. Every method raises StateError when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def frozen(self, send: Send) -> bytes | None:
        """What was frozen; None before the first time."""
        with database_errors(), self._engine.connect() as connection:
            return _content(connection, send)

    def freeze(self, send: Send, content: bytes) -> bytes:
        """Keeps the content unless there is one; returns the one that is kept, so that whoever was first decides.

        Of an erased customer nothing is kept: the erasure may have come between the asking and now.
        """
        values = {
            "placement": send.placement,
            "send_id": send.send_id,
            "customer_id": send.customer_id,
            "content": content,
            "frozen_at": dt.datetime.now(dt.UTC),
        }
        with database_errors(), self._engine.begin() as connection:
            lock_customers(connection, [send.customer_id] if send.customer_id else [])
            connection.execute(self._insert(frozen_sends).values(values).on_conflict_do_nothing())
            kept = _content(connection, send)
            if erased_among(connection, [send.customer_id]):
                connection.execute(delete(frozen_sends).where(frozen_sends.c.customer_id == send.customer_id))
        return content if kept is None else kept

    def forget_before(self, moment: dt.datetime) -> int:
        """Deletes what was frozen before; returns how many."""
        with database_errors(), self._engine.begin() as connection:
            return connection.execute(delete(frozen_sends).where(frozen_sends.c.frozen_at < moment)).rowcount


def _content(connection: Connection, send: Send) -> bytes | None:
    found = frozen_sends.c
    return connection.scalar(
        select(found.content).where(
            found.placement == send.placement, found.send_id == send.send_id, found.customer_id == send.customer_id
        )
    )
