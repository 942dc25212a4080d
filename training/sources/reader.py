"""Reader: one configured input table, from wherever it comes, as a Table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import polars as pl

from training.config import TableInput
from training.errors import Faults
from training.sources.columns import LAYOUTS, match
from training.sources.delimited import DelimitedPart
from training.sources.files import Format, parts_of
from training.sources.jsonl import JsonLinesPart
from training.sources.parquet import ParquetPart
from training.sources.scalars import scalars
from training.sources.sql import SqlPart
from training.sources.table import PART, ROW, Table, Unreadable
from training.sources.union import united


class Part(Protocol):
    """One file, or the answer to one query."""

    @property
    def names(self) -> list[str]:
        """The columns found."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be guessed, one sentence each."""

    def read(self, columns: dict[str, str]) -> tuple[pl.DataFrame, list[Unreadable]]:
        """The columns (theirs -> ours) with ROW, and the records that could not be taken apart."""


def read_table(name: str, settings: TableInput, url: str | None = None) -> Table:
    """Reads every column of ours that is there, and with `items` and `customers` all the others.

    `url`: the database of queries that name none. Raises UsageError or DataRefused with every fault of the table.
    """
    faults = Faults()
    parts = _opened(settings, url, faults)
    everywhere = {column for _, part in parts for column in part.names}
    columns = [
        match(part.names, LAYOUTS[name], settings.columns, f"{name}: {label}", faults, elsewhere=everywhere)
        for label, part in parts
    ]
    frames: list[pl.DataFrame] = []
    unreadable: list[Unreadable] = []
    left_out: set[str] = set()
    if not faults:
        for index, ((_, part), chosen) in enumerate(zip(parts, columns, strict=True)):
            with faults.collecting():
                frame, broken = part.read(chosen)
                plain = scalars(frame, f"{name}: {parts[index][0]}", LAYOUTS[name], left_out)
                frames.append(plain.with_columns(pl.lit(index, pl.UInt32).alias(PART)))
                unreadable += [replace(record, part=index) for record in broken]
    if faults:
        raise faults.error()
    labels = tuple(label for label, _ in parts)
    notes = [note for _, part in parts for note in part.notes]
    notes += [f"column {column} holds nested values and is left out" for column in sorted(left_out)]
    return Table(
        name,
        _source(settings, labels),
        united(frames).select(pl.exclude(ROW, PART), ROW, PART),
        labels,
        settings,
        tuple(unreadable),
        tuple(notes),
    )


def _opened(settings: TableInput, url: str | None, faults: Faults) -> list[tuple[str, Part]]:
    """Every part with the label that messages call it by."""
    if settings.query is not None:
        with faults.collecting():
            part = SqlPart(settings.url or url or "", settings.query)
            return [(part.shown, part)]
        return []
    opened: list[tuple[str, Part]] = []
    with faults.collecting():
        form, files = parts_of(settings.path or "")
        for file in files:
            with faults.collecting():
                opened.append((str(file), _part(form, file, settings)))
    return opened


def _part(form: Format, file: Path, settings: TableInput) -> Part:
    match form:
        case "parquet":
            return ParquetPart(file)
        case "jsonl":
            return JsonLinesPart(file)
        case "csv":
            return DelimitedPart(file, settings)


def _source(settings: TableInput, labels: Sequence[str]) -> str:
    return settings.path or labels[0]
