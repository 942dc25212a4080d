"""Feeds: small input files and tables that tests of the inputs are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from training.checks.sheet import Sheet
from training.config import Config, TableInput
from training.load import Loaded, load
from training.settings import read_config
from training.sources.table import PART, ROW, Table

NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)


def sheet(name: str, columns: Mapping[str, Sequence[Any]], settings: TableInput | None = None) -> Sheet:
    """A table as if it had been read from `feed.csv`."""
    frame = pl.DataFrame(dict(columns), strict=False)
    numbered = frame.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW), pl.lit(0, pl.UInt32).alias(PART)
    )
    return Sheet(Table(name, "feed.csv", numbered, ("feed.csv",), settings or TableInput(path="feed.csv")))


def rejected(found: Sheet) -> list[tuple[int, str, str | None, str]]:
    """(row, column, value, reason) of everything that was set aside."""
    columns = found.quarantine().select("row", "column", "value", "reason")
    return columns.rows()


def csv(path: Path, columns: Mapping[str, Sequence[Any]]) -> Path:
    pl.DataFrame(dict(columns)).write_csv(path)
    return path


def orders(customers: int = 6, each: int = 5) -> dict[str, list[Any]]:
    """`each` orders of each of `customers`, a day apart and of two items."""
    rows = [(c, o, i) for c in range(customers) for o in range(each) for i in range(2)]
    return {
        "customer_id": [f"c{c}" for c, _, _ in rows],
        "order_id": [f"{c}-{o}" for c, o, _ in rows],
        "item_id": [f"i{(c + o + i) % 7}" for c, o, i in rows],
        "ordered_at": [f"2024-01-{o + 1:02} 10:00:00" for _, o, _ in rows],
        "quantity": [1 + i for _, _, i in rows],
        "unit_price": [2.5 + i for _, _, i in rows],
    }


def config(**flags: Any) -> Config:
    """Flags with `__` for the dots."""
    return read_config(None, {key.replace("__", "."): value for key, value in flags.items()})


def loaded(**flags: Any) -> Loaded:
    return load(config(**flags), now=NOW)
