"""Table: the rows of one input table as read, before any check."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from training.config import TableInput

# Where a row comes from: the number of its record in its part (1 is the first below a header), and the part's index.
ROW = "_row"
PART = "_part"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not even be taken apart."""

    row: int
    text: str
    reason: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """`frame`: our column names, whatever types the source had, with ROW and PART.

    `parts`: the file behind each PART; `unreadable`: records that are not in `frame`; `notes`: what was guessed.
    """

    name: str
    source: str
    frame: pl.DataFrame
    parts: tuple[str, ...]
    settings: TableInput
    unreadable: tuple[Unreadable, ...] = ()
    notes: tuple[str, ...] = ()
