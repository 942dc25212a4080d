"""Prepared: what a protocol gives the trainer and what it then asks, as files that every contender can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import polars as pl


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tables with ids of any type; `order_lines` and `items` as the trainer reads them.

    `asked` (query, customer_id): one row a question, numbered from 0; `wanted` (query, item_id): its distinct answers;
    `anchors` (query, item_id): the items it is about, if it is about any.
    """

    order_lines: pl.DataFrame
    asked: pl.DataFrame
    wanted: pl.DataFrame
    items: pl.DataFrame | None = None
    anchors: pl.DataFrame | None = None

    def tables(self) -> Iterator[tuple[str, pl.DataFrame]]:
        for field in fields(self):
            table = getattr(self, field.name)
            if table is not None:
                yield field.name, table

    def write(self, folder: Path) -> None:
        """Aside first: a folder that is there is complete."""
        aside = folder.with_name(folder.name + ".part")
        aside.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables():
            table.write_parquet(aside / f"{name}.parquet")
        aside.rename(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        return cls(**{path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))})


def numbered(wanted: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """`wanted` with a column `query`: rows alike in the columns `by` are one question, numbered in their order."""
    keys = wanted.select(by).unique().sort(by).with_row_index("query")
    return wanted.join(keys, on=by).sort("query", "item_id")
