"""Customers: the check of consent and of customers' attributes."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from models.catalogue import Kind
from training.checks.attributes import attribute
from training.checks.booleans import booleans
from training.checks.sheet import Sheet
from training.config import Data
from training.sources.table import PART, ROW

CONSENTS = ("consent_personalisation", "consent_email")
E_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


@dataclass(frozen=True, slots=True)
class Customers:
    """`frame`: `customer_id`, `consent_personalisation` where there is one, and the columns of `kinds`."""

    frame: pl.DataFrame
    kinds: dict[str, Kind]

    @property
    def refused(self) -> pl.Series:
        """The ids of customers who did not agree to personalisation."""
        if "consent_personalisation" not in self.frame.columns:
            return pl.Series([], dtype=pl.String)
        return self.frame.filter(~pl.col("consent_personalisation"))["customer_id"]


def check_customers(sheet: Sheet, data: Data) -> Customers:
    """Where a column of consent is empty or unreadable, there is none. E-mail addresses are left out."""
    settings = sheet.table.settings
    ids = sheet.ids("customer_id", required=True)
    sheet.replace(ids.superseded(sheet.kept), "customer_id", "stands again further down; the last row counts")
    columns = {"customer_id": ids.texts()}
    kinds: dict[str, Kind] = {}
    for name in sheet.table.frame.columns:
        if name in ("customer_id", ROW, PART):
            continue
        if name in CONSENTS:
            columns[name] = _consent(sheet, name)
        elif holds_addresses(sheet[name]):
            sheet.notes.append(f"column {name} holds e-mail addresses and is left out: none is ever needed")
        else:
            found = attribute(name, sheet[name], settings, settings.timezone or data.timezone)
            kinds[name], columns[name] = found.kind, found.values
    if "consent_email" in columns:
        kinds["consent_email"] = "boolean"
    return Customers(pl.DataFrame({name: values.filter(sheet.kept) for name, values in columns.items()}), kinds)


def holds_addresses(column: pl.Series) -> bool:
    """Whether most values are e-mail addresses."""
    if column.dtype != pl.String:
        return False
    known = column.drop_nulls().unique()
    return len(known) > 0 and known.str.strip_chars().str.contains(E_MAIL).sum() * 2 > len(known)


def _consent(sheet: Sheet, name: str) -> pl.Series:
    values = booleans(sheet[name])
    unknown = values.is_null().to_numpy()
    missing = sheet.missing(name, unknown)
    sheet.ignore(unknown & ~missing, name, "is neither yes nor no, which counts as no")
    if missing.any():
        sheet.notes.append(f"{name} is empty in {int(missing.sum()):,} rows, which counts as no")
    return values.fill_null(False)
