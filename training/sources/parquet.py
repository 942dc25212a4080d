"""Parquet parts."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from training.errors import DataRefused
from training.sources.damage import UNREADABLE, first_line
from training.sources.table import ROW, Unreadable


class ParquetPart:
    """One Parquet file."""

    notes: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._schema = pl.read_parquet_schema(path)
        except UNREADABLE as error:
            raise DataRefused(f"{path}: not a readable Parquet file: {first_line(error)}") from None

    @property
    def names(self) -> list[str]:
        return list(self._schema)

    def read(self, columns: dict[str, str]) -> tuple[pl.DataFrame, list[Unreadable]]:
        """The columns (theirs -> ours) with ROW; no row is unreadable alone. Raises DataRefused on a damaged page."""
        lazy = pl.scan_parquet(self._path, row_index_name=ROW, row_index_offset=1)
        chosen = lazy.select(ROW, *(pl.col(their).alias(our) for their, our in columns.items()))
        try:
            return chosen.collect(engine="streaming"), []
        except UNREADABLE as error:
            raise DataRefused(f"{self._path}: not a readable Parquet file: {first_line(error)}") from None
