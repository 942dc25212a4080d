"""Opening live state by its URL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, NullPool, create_engine, event, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from recsvc.errors import StateError
from recsvc.settings import Secret

BUSY_TIMEOUT_S = 5
CONNECT_TIMEOUT_S = 3
# A thread that waits for the database answers no slates meanwhile.
REQUEST_TIMEOUT_S = 1
_BUSY_PAUSE_S = 0.01


def open_state(url: Secret) -> Engine:
    """Connects to nothing yet, and keeps no connection, for none may cross a fork.

    Raises StateError when the URL is not one of SQLite or PostgreSQL.
    """
    return _open(url, BUSY_TIMEOUT_S, poolclass=NullPool)


def open_for_requests(url: Secret, connections: int) -> Engine:
    """For writing while a request waits: keeps up to so many connections, so it is used after the fork alone.

    What is committed is on the disk. Raises StateError as above.
    """
    engine = _open(url, REQUEST_TIMEOUT_S, pool_size=connections, max_overflow=0, pool_timeout=REQUEST_TIMEOUT_S)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sync_each_commit)
    return engine


def _open(url: Secret, timeout_s: int, **pool: Any) -> Engine:
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, timeout_s, **pool)
    options = {"connect_timeout": CONNECT_TIMEOUT_S, "options": f"-c statement_timeout={timeout_s}s"}
    try:
        return create_engine(parsed, connect_args=options, pool_pre_ping="pool_size" in pool, **pool)
    except ImportError as error:
        raise StateError("PostgreSQL needs the package psycopg: install recsvc[postgres]") from error


@contextmanager
def database_errors() -> Iterator[None]:
    """Turns what the database raises into a StateError with its own words, without statement and parameters."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StateError(f"live state: {str(cause).strip().splitlines()[0]}") from error


def _parsed(url: Secret) -> URL:
    try:
        parsed = make_url(url.reveal())
        backend = parsed.get_backend_name()
    except ArgumentError:
        raise StateError("the state URL cannot be read; give sqlite:///file or postgresql://user@host/name") from None
    if backend in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StateError(f"live state can be in SQLite or PostgreSQL, not in {backend}")
    return parsed


def _open_sqlite(url: URL, timeout_s: int, **pool: Any) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StateError("live state needs a file: sqlite:///path/to/file")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": timeout_s}, **pool)
    event.listen(engine, "connect", partial(_configure_sqlite, timeout_s))
    return engine


def _configure_sqlite(timeout_s: int, connection: sqlite3.Connection, _record: Any) -> None:
    _write_ahead(connection, time.monotonic() + timeout_s)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: sqlite3.Connection, deadline: float) -> None:
    """Waits for others that open the new file too: SQLite's own timeout does not hold for this one statement."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_PAUSE_S)


def _sync_each_commit(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = FULL")
