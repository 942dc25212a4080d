"""CSV parts, as shops have them: any delimiter, encoding and quoting, packed or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv

from training.config import TableInput
from training.errors import DataRefused
from training.sources.damage import first_line
from training.sources.dialect import dialect_of
from training.sources.encoding import open_text
from training.sources.table import ROW, Unreadable

BLOCK_BYTES = 1 << 24


class DelimitedPart:
    """One CSV file; every value is read as text, since an id may have leading zeros."""

    def __init__(self, path: Path, settings: TableInput) -> None:
        self._path = path
        try:
            self._dialect = dialect_of(path, settings)
        except (OSError, EOFError) as error:
            raise DataRefused(f"{path}: cannot be read: {first_line(error)}") from None

    @property
    def names(self) -> list[str]:
        return list(self._dialect.header)

    @property
    def notes(self) -> tuple[str, ...]:
        return self._dialect.notes

    def read(self, columns: dict[str, str]) -> tuple[pl.DataFrame, list[Unreadable]]:
        """The columns (theirs -> ours) as text, with ROW, and the records of too few or too many fields."""
        unreadable: list[Unreadable] = []
        try:
            frame = self._frame(columns, unreadable)
        except (OSError, EOFError, UnicodeError, pa.ArrowException) as error:
            raise DataRefused(f"{self._path}: not readable as CSV: {first_line(error)}") from None
        rows = np.arange(1, len(frame) + len(unreadable) + 1, dtype=np.uint32)
        kept = np.delete(rows, [record.row - 1 for record in unreadable])
        return frame.with_columns(pl.Series(ROW, kept)), unreadable

    def _frame(self, columns: dict[str, str], unreadable: list[Unreadable]) -> pl.DataFrame:
        if self._dialect.alone:
            return pl.DataFrame(schema=dict.fromkeys(columns.values(), pl.String))
        positions = {f"f{self.names.index(their)}": our for their, our in columns.items()}

        def note(row: csv.InvalidRow) -> str:
            reason = f"has {row.actual_columns} fields, where the header has {row.expected_columns}"
            unreadable.append(Unreadable(row.number - 1, row.text, reason))
            return "skip"

        with open_text(self._path) as file:
            reader = csv.open_csv(
                pa.PythonFile(file, "r"),
                read_options=self._read_options(),
                parse_options=csv.ParseOptions(
                    delimiter=self._dialect.delimiter, newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=csv.ConvertOptions(
                    include_columns=list(positions), column_types=dict.fromkeys(positions, pa.string())
                ),
            )
            frames = [pl.DataFrame(pl.from_arrow(batch)) for batch in reader]
        return pl.concat(frames or [pl.DataFrame(schema=dict.fromkeys(positions, pl.String))]).rename(positions)

    def _read_options(self) -> csv.ReadOptions:
        return csv.ReadOptions(
            use_threads=False,  # with threads, Arrow does not number the rows it skips
            block_size=BLOCK_BYTES,
            encoding="utf8" if self._dialect.encoding == "utf-8" else self._dialect.encoding,
            column_names=[f"f{position}" for position in range(len(self.names))],
            skip_rows=self._dialect.skip_lines,
            skip_rows_after_names=1,
        )
