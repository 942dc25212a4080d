"""Backup: a consistent copy of live state in one SQLite file, whatever database it is in."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state.migrations import require_current
from recsvc.state.schema import metadata
from recsvc.state.store import database_errors, open_state

ROWS_AT_ONCE = 1_000


def backup(engine: Engine, path: Path) -> int:
    """Writes aside and renames, so `path` is whole or not there; returns the rows copied.

    The file is itself live state: pass it as `--state sqlite:///…`. Raises StateError.
    """
    if path.exists():
        raise StateError(f"{path} exists already")
    require_current(engine)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with database_errors():
            rows = _copy(engine, aside)
        os.replace(aside, path)
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
    return rows


def _copy(source: Engine, path: Path) -> int:
    target = open_state(Secret(f"sqlite:///{path}"))
    try:
        with source.connect() as reader, target.begin() as writer:
            if source.dialect.name == "postgresql":
                reader = reader.execution_options(isolation_level="REPEATABLE READ")
            metadata.create_all(writer)
            rows = sum(_copy_table(reader, writer, name) for name in metadata.tables)
        with target.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")
    finally:
        target.dispose()
    return rows


def _copy_table(reader: Connection, writer: Connection, name: str) -> int:
    table, copied = metadata.tables[name], 0
    for rows in reader.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)).partitions():
        writer.execute(insert(table), [dict(row._mapping) for row in rows])
        copied += len(rows)
    return copied
