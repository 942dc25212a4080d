"""SQL: one query through one SQLAlchemy URL, fetched in batches and never written to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from training.errors import DataRefused, UsageError
from training.settings import without_password
from training.sources.damage import first_line
from training.sources.table import ROW, Unreadable
from training.sources.union import united

BATCH_ROWS = 50_000
VARIABLE = re.compile(r"\$\{(\w+)\}")
# Types that polars understands; other values (UUIDs, say) and mixed ones are read as their text.
NUMBERS = {"int", "float", "Decimal"}
NATIVE = {*NUMBERS, "str", "bool", "bytes", "datetime", "date", "list"}


class SqlPart:
    """The rows of one query."""

    notes: tuple[str, ...] = ()

    def __init__(self, url: str, query: str) -> None:
        self.shown = without_password(url)
        self._query = query
        self._engine = _engine(_expanded(url), self.shown)
        self.names = self._columns()

    def read(self, columns: dict[str, str]) -> tuple[pl.DataFrame, list[Unreadable]]:
        """The columns (theirs -> ours) with ROW."""
        frames = [_frame(batch, self.names, columns) for batch in self._batches()]
        empty = pl.DataFrame(schema=dict.fromkeys(columns.values(), pl.String))
        frame = united(frames) if frames else empty
        return frame.with_row_index(ROW, offset=1), []

    def _columns(self) -> list[str]:
        try:
            with self._engine.connect() as connection, self._execute(connection) as result:
                return [str(name) for name in result.keys()]  # noqa: SIM118 - a result, not a dict
        except sa.exc.SQLAlchemyError as error:
            raise UsageError(f"{self.shown}: {_reason(error)}") from None

    def _batches(self) -> Iterator[Sequence[sa.Row[Any]]]:
        try:
            with self._engine.connect() as connection, self._execute(connection) as result:
                yield from result.partitions(BATCH_ROWS)
        except sa.exc.SQLAlchemyError as error:
            raise DataRefused(f"{self.shown}: {_reason(error)}") from None

    def _execute(self, connection: sa.Connection) -> sa.CursorResult[Any]:
        """Without parameters, so that `%` and `:` in the query mean what they mean to the database."""
        streamed = connection.execution_options(stream_results=True, no_parameters=True)
        return streamed.exec_driver_sql(self._query)


def _engine(url: str, shown: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed, poolclass=sa.NullPool)
    except sa.exc.ArgumentError:
        raise UsageError(f"{shown}: not a database URL; expected one like 'postgresql://user@host/shop'") from None
    except ImportError as error:
        raise UsageError(f"{shown}: its driver is not installed: {first_line(error)}") from None


def _expanded(url: str) -> str:
    """`${NAME}` replaced from the environment, so that no password stands in a file."""
    missing = [name for name in VARIABLE.findall(url) if name not in os.environ]
    if missing:
        raise UsageError(*(f"the database URL names ${{{name}}}, which is not in the environment" for name in missing))
    return VARIABLE.sub(lambda match: os.environ[match[1]], url)


def _frame(batch: Sequence[sa.Row[Any]], names: list[str], columns: dict[str, str]) -> pl.DataFrame:
    values = list(zip(*batch, strict=True))
    return pl.DataFrame([_series(our, values[names.index(their)]) for their, our in columns.items()])


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    types = {type(value).__name__ for value in values if value is not None}
    if types <= NUMBERS or (len(types) == 1 and types <= NATIVE):
        return pl.Series(name, values, strict=False)
    return pl.Series(name, [None if value is None else str(value) for value in values], pl.String)


def _reason(error: sa.exc.SQLAlchemyError) -> str:
    """What the database says; SQLAlchemy's own text would repeat the query and perhaps the URL."""
    return first_line(getattr(error, "orig", None) or error)
