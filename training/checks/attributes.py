"""Attributes: the type of a column that nobody declared, from what is in it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from models.catalogue import Kind
from training.checks.booleans import FALSE_WORDS, TRUE_WORDS, booleans
from training.checks.distinct import Distinct
from training.checks.ids import id_texts
from training.checks.numbers import Numbers
from training.checks.times import Times
from training.config import TableInput

# With leading zeros it is a code, not a number.
NUMERAL = r"^-?(?:0|[1-9]\d*)(?:[.,]\d+)?$"
DATE = r"^\d{4}-\d{2}-\d{2}(?:[T ].*)?$"
# Attributes of the Google Merchant feed that are text even where every value is a number.
TEXT = frozenset(
    {
        *("title", "link", "image_link", "brand", "item_group_id", "currency", "availability", "description"),
        *("additional_image_link", "gtin", "mpn", "ean", "sku", "condition", "color", "size", "gender", "age_group"),
        *("material", "pattern", "google_product_category", *(f"custom_label_{number}" for number in range(5))),
    }
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`values`: text, float64, boolean, or for times float64 seconds since 1970 in UTC; null where unknown."""

    kind: Kind
    values: pl.Series


def attribute(name: str, column: pl.Series, settings: TableInput, timezone: str) -> Attribute:
    """Text that is all numbers, yes and no, or dates is that; any other is text."""
    kind = "text" if name in TEXT else _kind_of_type(column.dtype) or _kind_of_texts(texts(column, settings))
    match kind:
        case "number":
            return Attribute(kind, Numbers.of(column, settings.null_values, settings.decimal).values)
        case "boolean":
            return Attribute(kind, booleans(column))
        case "time":
            return Attribute(kind, seconds(Times.of(column, settings, timezone)))
        case _:
            return Attribute("text", texts(column, settings))


def texts(column: pl.Series, settings: TableInput) -> pl.Series:
    """Trimmed text, null where missing; a whole number has no `.0`."""
    raw = Distinct.of(column)
    return raw.spread(id_texts(raw.values, settings.null_values))


def seconds(times: Times) -> pl.Series:
    """Seconds since 1970, null for what is no time of day."""
    return (
        times.values / 1e6 if times.kind == "day" else pl.repeat(None, len(times.values), dtype=pl.Float64, eager=True)
    )


def _kind_of_type(dtype: pl.DataType) -> Kind | None:
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Boolean:
        return "boolean"
    return "time" if dtype.is_temporal() else None


def _kind_of_texts(values: pl.Series) -> Kind:
    known = values.drop_nulls().unique()
    if not len(known):
        return "text"
    if known.str.to_lowercase().is_in([*TRUE_WORDS, *FALSE_WORDS]).all():
        return "boolean"
    if known.str.contains(NUMERAL).all():
        return "number"
    return "time" if known.str.contains(DATE).all() else "text"
