"""Sheet: one table under examination, and what has been found wrong with it so far."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.ids import MAX_ID_BYTES
from training.checks.ids import Ids
from training.findings import Count, TableFindings
from training.quarantine import quarantine_of
from training.sources.table import PART, ROW, Table

Mask = NDArray[np.bool_]
UNUSABLE = f"is longer than {MAX_ID_BYTES} bytes or holds a NUL"


class Sheet:
    """Rows are only marked; `kept` says which of them remain."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.size = len(table.frame)
        self.rejected: Mask = np.zeros(self.size, np.bool_)
        self.notes: list[str] = list(table.notes)
        self.faults: list[str] = []
        self._ignored: Mask = np.zeros(self.size, np.bool_)
        self._replaced: Mask = np.zeros(self.size, np.bool_)
        self._counts: dict[str, int] = {}
        self._aside: list[pl.DataFrame] = [self._unreadable()]

    @property
    def kept(self) -> Mask:
        return ~(self.rejected | self._replaced)

    def __contains__(self, column: str) -> bool:
        return column in self.table.frame.columns

    def __getitem__(self, column: str) -> pl.Series:
        return self.table.frame[column]

    def ids(self, column: str, *, required: bool) -> Ids:
        """The ids of a column; rows whose id cannot be stored, or is missing where it must not, are rejected."""
        found = Ids.of(self[column], self.table.settings.null_values)
        self.reject(found.unusable, column, UNUSABLE)
        if required:
            self.reject(found.missing, column, "is missing")
        return found

    def missing(self, column: str, unknown: Mask) -> Mask:
        """Which of the rows whose value could not be told have none at all."""
        found = unknown.copy()
        if unknown.any():
            values = self[column].filter(unknown)
            blank = values.is_null()
            if values.dtype.is_float():
                blank |= values.is_nan()
            elif values.dtype == pl.String:
                blank |= values.str.strip_chars().is_in(list(self.table.settings.null_values))
            found[unknown] = blank.fill_null(True).to_numpy()
        return found

    def reject(self, rows: Mask, column: str, reason: str) -> None:
        """These rows are faulty and left out."""
        self.rejected |= rows
        self._set_aside(rows, column, reason)

    def ignore(self, rows: Mask, column: str, reason: str) -> None:
        """These rows are faulty, but only this value of theirs is left out."""
        self._ignored |= rows
        self._set_aside(rows, column, f"{reason}; the value is ignored")

    def replace(self, rows: Mask, column: str, reason: str) -> None:
        """These rows are left out for others; nothing is wrong with them."""
        self._replaced |= rows
        self._set_aside(rows, column, reason)

    def findings(self) -> TableFindings:
        unreadable = len(self.table.unreadable)
        return TableFindings(
            table=self.table.name,
            source=self.table.source,
            rows_read=self.size + unreadable,
            rows_rejected=int(self.rejected.sum()) + unreadable,
            rows_replaced=int((self._replaced & ~self.rejected).sum()),
            rows_faulty=int((self.rejected | self._ignored).sum()) + unreadable,
            reasons=tuple(Count(reason, rows) for reason, rows in self._counts.items()),
            notes=tuple(self.notes),
        )

    def quarantine(self) -> pl.DataFrame:
        return quarantine_of(self._aside).sort("file", "row", maintain_order=True)

    def refusals(self, max_rejected_share: float) -> list[str]:
        """The faults that stop the run, a share of faulty rows above the setting among them."""
        found = self.findings()
        if found.rows_faulty <= max_rejected_share * found.rows_read:
            return self.faults
        share = found.rows_faulty / found.rows_read
        reasons = "; ".join(f"{count.reason}: {count.rows:,}" for count in found.reasons)
        return [
            *self.faults,
            f"{found.table} ({found.source}): {found.rows_faulty:,} of {found.rows_read:,} rows are faulty, {share:.1%}"
            f", where data.max_rejected_share allows {max_rejected_share:.1%} ({reasons})",
        ]

    def _set_aside(self, rows: Mask, column: str, reason: str) -> None:
        if not rows.any():
            return
        text = f"{column} {reason}"
        self._counts[text] = self._counts.get(text, 0) + int(rows.sum())
        chosen = self.table.frame.filter(rows)
        value = chosen[column].cast(pl.String) if column in chosen.columns else pl.lit(None, pl.String)
        self._aside.append(self._labelled(chosen.select(PART, row=ROW, value=value), column, text))

    def _unreadable(self) -> pl.DataFrame:
        records = self.table.unreadable
        for record in records:
            self._counts[record.reason] = self._counts.get(record.reason, 0) + 1
        columns = {PART: [r.part for r in records], "row": [r.row for r in records], "value": [r.text for r in records]}
        frame = pl.DataFrame(columns, schema={PART: pl.UInt32, "row": pl.UInt32, "value": pl.String})
        return self._labelled(frame, "", "").with_columns(
            reason=pl.Series([r.reason for r in records], dtype=pl.String)
        )

    def _labelled(self, frame: pl.DataFrame, column: str, reason: str) -> pl.DataFrame:
        files = pl.Series(self.table.parts, dtype=pl.String)
        return frame.with_columns(
            table=pl.lit(self.table.name), file=files.gather(frame[PART]), column=pl.lit(column), reason=pl.lit(reason)
        )
