"""Migrations: live state brought to the version this release reads, step by step, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, MetaData, String, Table, func, insert, inspect, select, text
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.state.schema import Moment, events, frozen_sends, keys, signing_keys, state_version, tombstones
from recsvc.state.store import database_errors
from recsvc.state.tombstones import tombstone

# Any number that only this service uses: it makes two migrations wait for each other.
_POSTGRES_LOCK = 7_402_118_231

# What tombstones were before, with ids that could be read.
_erased_customers = Table(
    "erased_customers",
    MetaData(),
    Column("customer_id", String(256), primary_key=True),
    Column("erased_at", Moment, nullable=False),
)


def _first(connection: Connection) -> None:
    keys.create(connection)


def _signing_keys(connection: Connection) -> None:
    signing_keys.create(connection)


def _events(connection: Connection) -> None:
    events.create(connection)


def _sends(connection: Connection) -> None:
    frozen_sends.create(connection)
    _erased_customers.create(connection)


def _tombstones(connection: Connection) -> None:
    tombstones.create(connection)
    erased = connection.execute(select(_erased_customers)).all()
    if erased:
        rows = [{"customer_sha256": tombstone(row.customer_id), "erased_at": row.erased_at} for row in erased]
        connection.execute(insert(tombstones), rows)
    _erased_customers.drop(connection)


# Step n brings version n to n + 1. Steps are never edited once released, only added.
STEPS: tuple[Callable[[Connection], None], ...] = (_first, _signing_keys, _events, _sends, _tombstones)
VERSION = len(STEPS)


def migrate(engine: Engine) -> tuple[int, int]:
    """Runs the missing steps; returns the version before and after. Raises StateError."""
    with database_errors(), engine.begin() as connection:
        _lock(connection)
        before = _version(connection)
        _refuse_newer(before)
        if before < VERSION:
            _run(connection, before)
    return before, VERSION


def require_current(engine: Engine) -> None:
    """Makes the tables of an empty database; raises StateError when they are of another version."""
    with database_errors(), engine.connect() as connection:
        version = _version(connection)
    _refuse_newer(version)
    if version == 0:
        migrate(engine)
    elif version < VERSION:
        raise StateError(f"live state has version {version}, this release needs {VERSION}: run recsvc state migrate")


def _version(connection: Connection) -> int:
    """0 for an empty database."""
    if not inspect(connection).has_table(state_version.name):
        return 0
    return connection.scalar(select(func.max(state_version.c.version))) or 0


def _refuse_newer(version: int) -> None:
    if version > VERSION:
        raise StateError(f"live state has version {version}, this release reads up to {VERSION}: update recsvc")


def _run(connection: Connection, before: int) -> None:
    state_version.create(connection, checkfirst=True)
    for number in range(before, VERSION):
        STEPS[number](connection)
        connection.execute(insert(state_version).values(version=number + 1))


def _lock(connection: Connection) -> None:
    """Held to the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
