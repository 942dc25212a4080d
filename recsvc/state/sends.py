"""Sends: what each customer was shown in a mail, kept so that the mail shows it again whenever it is opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, Delete, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from recsvc.state.locks import lock_customers
from recsvc.state.schema import erased_customers, events, frozen_sends
from recsvc.state.store import database_errors

# Who asks without a name.
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Send:
    """One block of one mail to one customer."""

    placement: str
    send_id: str
    customer_id: str = NOBODY


class Sends:
    """Frozen sends and erased customers. Every method raises StateError when the database fails."""

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
            if _is_erased(connection, send.customer_id):
                connection.execute(_of_customer(send.customer_id))
        return content if kept is None else kept

    def forget_before(self, moment: dt.datetime) -> int:
        """Deletes what was frozen before; returns how many."""
        with database_errors(), self._engine.begin() as connection:
            return connection.execute(delete(frozen_sends).where(frozen_sends.c.frozen_at < moment)).rowcount

    def is_erased(self, customer_id: str) -> bool:
        with database_errors(), self._engine.connect() as connection:
            return _is_erased(connection, customer_id)

    def erase(self, customer_id: str) -> int:
        """What erasure calls: deletes the customer's sends and events, for good; returns how many sends there were."""
        with database_errors(), self._engine.begin() as connection:
            lock_customers(connection, [customer_id])
            mark = self._insert(erased_customers).values(customer_id=customer_id, erased_at=dt.datetime.now(dt.UTC))
            connection.execute(mark.on_conflict_do_nothing())
            connection.execute(delete(events).where(events.c.customer_id == customer_id))
            return connection.execute(_of_customer(customer_id)).rowcount

    def erased(self) -> list[str]:
        """Every erased customer."""
        with database_errors(), self._engine.connect() as connection:
            return list(connection.scalars(select(erased_customers.c.customer_id)))


def _content(connection: Connection, send: Send) -> bytes | None:
    found = frozen_sends.c
    return connection.scalar(
        select(found.content).where(
            found.placement == send.placement, found.send_id == send.send_id, found.customer_id == send.customer_id
        )
    )


def _is_erased(connection: Connection, customer_id: str) -> bool:
    erased = erased_customers.c.customer_id
    return connection.scalar(select(erased).where(erased == customer_id)) is not None


def _of_customer(customer_id: str) -> Delete:
    return delete(frozen_sends).where(frozen_sends.c.customer_id == customer_id)
