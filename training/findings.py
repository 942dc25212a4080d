"""Findings: what the checks saw in the data, in counts and sentences, for reports and for the terminal."""

from __future__ import annotations

import msgspec


class Count(msgspec.Struct, frozen=True):
    """How many rows were set aside for one reason; a row may have several."""

    reason: str
    rows: int


class TableFindings(msgspec.Struct, frozen=True, kw_only=True):
    """`rows_kept` = `rows_read` - `rows_rejected` - `rows_replaced`; `rows_faulty` counts towards the refusal.

    Faulty rows are those rejected and those of which one value was ignored. Replaced rows are no fault: a later row
    has the same id.
    """

    table: str
    source: str
    rows_read: int
    rows_rejected: int
    rows_replaced: int
    rows_faulty: int
    reasons: tuple[Count, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows_kept(self) -> int:
        return self.rows_read - self.rows_rejected - self.rows_replaced


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known about the data before training; figures are None where the run did not get so far.

    `joined_share`: order lines whose item is in `items`, None without one; `first`, `last`: local times in ISO 8601,
    or order positions; `off`: what a missing column or table switches off, one sentence each.
    """

    tables: tuple[TableFindings, ...] = ()
    joined_share: float | None = None
    customers: int | None = None
    guest_orders: int | None = None
    items: int | None = None
    orders: int | None = None
    lines: int | None = None
    first: str | None = None
    last: str | None = None
    currency: str | None = None
    warnings: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
