"""JSON Lines parts: one object a line."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from training.errors import DataRefused
from training.sources.damage import UNREADABLE, first_line
from training.sources.table import ROW, Unreadable


class JsonLinesPart:
    """One file of JSON Lines; scalars are read as text, nested values as they are."""

    notes: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self._path = path
        self._source: Path | io.BytesIO = path
        self._rows: pl.Series | None = None
        self._unreadable: list[Unreadable] = []
        self._schema = self._scan()

    @property
    def names(self) -> list[str]:
        return list(self._schema)

    def read(self, columns: dict[str, str]) -> tuple[pl.DataFrame, list[Unreadable]]:
        """The columns (theirs -> ours) with ROW, and the lines that hold no object. Raises DataRefused."""
        try:
            frame = self._frame()
        except UNREADABLE as error:
            raise DataRefused(f"{self._path}: not readable as JSON Lines: {first_line(error)}") from None
        rows = pl.int_range(1, len(frame) + 1, dtype=pl.UInt32, eager=True) if self._rows is None else self._rows
        chosen = frame.select(pl.col(their).alias(our) for their, our in columns.items())
        return chosen.with_columns(rows.alias(ROW)), self._unreadable

    def _frame(self) -> pl.DataFrame:
        try:
            return self._parsed()
        except pl.exceptions.ComputeError:  # inferring the keys passes over some lines that are no object
            self._set_aside()
            return self._parsed()

    def _parsed(self) -> pl.DataFrame:
        texts: dict[str, pl.DataType] = dict.fromkeys(self._schema, pl.String())
        nested = {name: dtype for name, dtype in self._schema.items() if dtype.is_nested()}
        try:
            return pl.read_ndjson(self._source, schema=texts | nested)
        except pl.exceptions.SchemaError:  # some key is nested in some lines only
            return pl.read_ndjson(self._source, schema=texts)

    def _scan(self) -> pl.Schema:
        """The union of all lines' keys; where a line is no object, the others are read without it."""
        try:
            return self._infer()
        except pl.exceptions.PolarsError:
            self._set_aside()
        except OSError as error:
            raise DataRefused(f"{self._path}: cannot be read: {first_line(error)}") from None

        try:
            return self._infer()
        except pl.exceptions.PolarsError as error:
            raise DataRefused(f"{self._path}: not readable as JSON Lines: {first_line(error)}") from None

    def _infer(self) -> pl.Schema:
        return pl.scan_ndjson(self._source, infer_schema_length=None).collect_schema()

    def _set_aside(self) -> None:
        lines = self._lines().filter(pl.col("line") != "").with_row_index(ROW, offset=1)
        parsed = pl.col("line").str.json_path_match("$").is_not_null()
        whole = lines.select((parsed & pl.col("line").str.starts_with("{")).alias("whole"))["whole"]
        broken = lines.filter(~whole)
        if not whole.any():
            raise DataRefused(f"{self._path}: {self._nothing(lines)}; expected one JSON object a line")
        self._unreadable = [Unreadable(row, line, "is not a JSON object") for row, line in broken.iter_rows()]
        self._source = io.BytesIO("\n".join(lines["line"].filter(whole)).encode())
        self._rows = lines[ROW].filter(whole)

    def _lines(self) -> pl.DataFrame:
        try:
            return pl.read_lines(self._path).select(pl.col("line").str.strip_chars(" \t\r\ufeff"))
        except (OSError, pl.exceptions.ComputeError) as error:
            raise DataRefused(f"{self._path}: cannot be read: {first_line(error)}") from None

    def _nothing(self, lines: pl.DataFrame) -> str:
        return f"no line is a JSON object, the first is {lines['line'][0][:60]!r}" if len(lines) else "empty"
