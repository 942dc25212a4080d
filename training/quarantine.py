"""Quarantine: the rows and values that were set aside, each with where it stands and why."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

MAX_VALUE_CHARS = 200
SCHEMA = {
    "table": pl.String,
    "file": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
}
Quarantine = pl.DataFrame


def quarantine_of(frames: list[pl.DataFrame]) -> Quarantine:
    """One frame of SCHEMA, in the order of tables, files and rows; `row` 1 is the first record below a header."""
    empty = pl.DataFrame(schema=SCHEMA)
    aside = pl.concat(
        [empty, *(frame.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()) for frame in frames)]
    )
    return aside.with_columns(pl.col("value").str.slice(0, MAX_VALUE_CHARS))


def write_quarantine(quarantine: Quarantine, path: Path) -> None:
    """A CSV file with a header, replaced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    quarantine.write_csv(aside)
    aside.replace(path)
