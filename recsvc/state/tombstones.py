"""Tombstones: customers who were erased, by a hash of their id, and the erasing itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.state.locks import lock_customers
from recsvc.state.schema import events, frozen_sends, tombstones
from recsvc.state.store import database_errors

# Far below what either database takes as parameters of one statement.
ERASED_AT_ONCE = 500
MAX_ID_CHARS = 256
# Any number that only this service uses: erasures wait for each other, so that a lower number never comes later.
_POSTGRES_LOCK = 7_402_118_232


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did; `anew`: how many of the customers were not erased before."""

    anew: int = 0
    sends: int = 0
    events: int = 0

    def __add__(self, other: Erased) -> Erased:
        return Erased(self.anew + other.anew, self.sends + other.sends, self.events + other.events)


class Tombstones:
    """The table of tombstones. Every method raises StateError when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def erase(self, customer_ids: Iterable[str]) -> Erased:
        """Deletes all that live state holds of the customers, for good, and never takes anything of them again.

        Each some hundred are a transaction of their own; erasing again does no harm. Raises StateError before anything
        is done where one is no customer's id.
        """
        distinct = list(dict.fromkeys(customer_ids))
        wrong = [customer_id for customer_id in distinct if not _is_id(customer_id)]
        if wrong:
            raise StateError(*(f"{one[:40]!a} is no customer's id" for one in wrong))
        starts = range(0, len(distinct), ERASED_AT_ONCE)
        return sum((self._erase(distinct[start : start + ERASED_AT_ONCE]) for start in starts), start=Erased())

    def since(self, number: int) -> tuple[int, list[bytes]]:
        """The hashes that have come after a number, and the number to ask with next."""
        with database_errors(), self._engine.connect() as connection:
            chosen = select(tombstones.c.number, tombstones.c.customer_sha256).where(tombstones.c.number > number)
            rows = connection.execute(chosen.order_by(tombstones.c.number)).all()
        return (rows[-1].number if rows else number), [row.customer_sha256 for row in rows]

    def count(self) -> tuple[int, dt.datetime | None]:
        """How many there are, and when the last was set."""
        with database_errors(), self._engine.connect() as connection:
            count, last = connection.execute(select(func.count(), func.max(tombstones.c.erased_at))).one()
        return count, last

    def erased_at(self, customer_id: str) -> dt.datetime | None:
        """When the customer was erased; None if never."""
        of_customer = tombstones.c.customer_sha256 == tombstone(customer_id)
        with database_errors(), self._engine.connect() as connection:
            return connection.scalar(select(tombstones.c.erased_at).where(of_customer))

    def _erase(self, customer_ids: Sequence[str]) -> Erased:
        now = dt.datetime.now(dt.UTC)
        rows = [{"customer_sha256": tombstone(customer_id), "erased_at": now} for customer_id in customer_ids]
        with database_errors(), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
            lock_customers(connection, customer_ids)
            known = len(erased_among(connection, customer_ids))
            connection.execute(self._insert(tombstones).on_conflict_do_nothing(), rows)
            return Erased(
                len(rows) - known,
                connection.execute(delete(frozen_sends).where(frozen_sends.c.customer_id.in_(customer_ids))).rowcount,
                connection.execute(delete(events).where(events.c.customer_id.in_(customer_ids))).rowcount,
            )


def tombstone(customer_id: str) -> bytes:
    """SHA-256 of an id. Whoever guesses ids can try them: it keeps them from being read, not from being looked for."""
    return hashlib.sha256(customer_id.encode("utf-8", "surrogatepass")).digest()


def erased_among(connection: Connection, customer_ids: Iterable[str]) -> list[str]:
    """Those of the customers who are erased."""
    by_hash = {tombstone(customer_id): customer_id for customer_id in customer_ids}
    found = tombstones.c.customer_sha256
    return [by_hash[one] for one in connection.scalars(select(found).where(found.in_(by_hash)))] if by_hash else []


def _is_id(customer_id: str) -> bool:
    """Whether a database can hold it: PostgreSQL takes no NUL, and none of them what is no Unicode."""
    is_unicode = customer_id.encode("utf-8", "replace").decode() == customer_id
    return 1 <= len(customer_id) <= MAX_ID_CHARS and "\0" not in customer_id and is_unicode
