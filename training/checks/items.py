"""Items: the check of the catalogue, with every column in its type."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from models.catalogue import Kind
from training.checks.attributes import attribute, seconds, texts
from training.checks.booleans import booleans
from training.checks.currency import iso_codes
from training.checks.ids import Ids
from training.checks.numbers import Numbers
from training.checks.sheet import Sheet
from training.checks.times import Times
from training.config import Data
from training.sources.table import PART, ROW

PRICES = ("price", "sale_price", "cost_of_goods_sold")
IN_STOCK = ("in_stock", "instock", "available", "limited_availability", "true", "yes", "y")
OUT_OF_STOCK = ("out_of_stock", "outofstock", "unavailable", "sold_out", "soldout", "discontinued", "false", "no", "n")
AVAILABILITY = {
    **dict.fromkeys(IN_STOCK, "in_stock"),
    **dict.fromkeys(OUT_OF_STOCK, "out_of_stock"),
    **{"preorder": "preorder", "pre_order": "preorder", "backorder": "backorder", "back_order": "backorder"},
}
SCHEMA_ORG = r"^https?://schema\.org/"


@dataclass(frozen=True, slots=True)
class Items:
    """`frame`: one row an item, `item_id` and the columns of `kinds` as Attribute types them; `currency`: of prices."""

    frame: pl.DataFrame
    kinds: dict[str, Kind]
    currency: Ids | None

    @property
    def ids(self) -> pl.Series:
        return self.frame["item_id"]


def check_items(sheet: Sheet, data: Data) -> Items:
    """Of several rows with one id the last counts; a value that makes no sense is ignored, the item stays."""
    ids = sheet.ids("item_id", required=True)
    sheet.replace(ids.superseded(sheet.kept), "item_id", "stands again further down; the last row counts")
    columns = {"item_id": ids.texts()}
    kinds: dict[str, Kind] = {}
    currencies = pl.repeat(None, sheet.size, dtype=pl.String, eager=True)
    if "currency" in sheet:
        currencies = iso_codes(sheet["currency"])
    for name in sheet.table.frame.columns:
        if name in ("item_id", "currency", ROW, PART):
            continue
        if name in PRICES:
            kinds[name], columns[name], written = "number", *_prices(sheet, name)
            currencies = currencies.fill_null(written)
        else:
            kinds[name], columns[name] = _typed(sheet, name, data)
    kept = sheet.kept
    frame = pl.DataFrame({name: values.filter(kept) for name, values in columns.items()})
    money = Ids.of(currencies.filter(kept), sheet.table.settings.null_values)
    return Items(frame, kinds, money if len(money.names) else None)


def _typed(sheet: Sheet, name: str, data: Data) -> tuple[Kind, pl.Series]:
    settings = sheet.table.settings
    timezone = settings.timezone or data.timezone
    match name:
        case "availability":
            return "text", _availability(sheet)
        case "category":
            return "category", texts(sheet[name], settings)
        case "hidden":
            return "boolean", _checked(sheet, name, booleans(sheet[name]), "is neither yes nor no")
        case "added_at":
            times = Times.of(sheet[name], settings, timezone)
            return "time", _checked(sheet, name, seconds(times), "is no time")
        case _:
            found = attribute(name, sheet[name], settings, timezone)
            return found.kind, found.values


def _prices(sheet: Sheet, name: str) -> tuple[pl.Series, pl.Series]:
    settings = sheet.table.settings
    numbers = Numbers.of(sheet[name], settings.null_values, settings.decimal)
    values = _checked(sheet, name, numbers.values, "is no number")
    negative = (values < 0).fill_null(False)
    sheet.ignore(negative.to_numpy(), name, "is negative")
    return values.set(negative, None), numbers.currencies


def _availability(sheet: Sheet) -> pl.Series:
    """As Google spells it; a number is what is left in stock."""
    column = sheet["availability"]
    if column.dtype.is_numeric():
        column = (column > 0).cast(pl.String)
    words = texts(column.cast(pl.String), sheet.table.settings)
    spelt = words.str.replace(SCHEMA_ORG, "").str.replace_all(r"([a-z])([A-Z])", "${1}_${2}")
    spelt = spelt.str.replace_all(r"[\s-]+", "_").str.to_lowercase()
    amounts = spelt.cast(pl.Float64, strict=False)
    counted = pl.Series(["out_of_stock", "in_stock"]).gather((amounts > 0).cast(pl.UInt32))
    known = spelt.replace_strict(AVAILABILITY, default=None, return_dtype=pl.String).fill_null(counted)
    return _checked(sheet, "availability", known, "is no availability, such as in_stock")


def _checked(sheet: Sheet, name: str, values: pl.Series, reason: str) -> pl.Series:
    unknown = values.is_null().to_numpy()
    sheet.ignore(unknown & ~sheet.missing(name, unknown), name, reason)
    return values
