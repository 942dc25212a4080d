"""Numbers: prices and quantities as shops write them, `1 234,50 Kč` and `1,234.50` alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from training.checks.distinct import Distinct

SYMBOLS = {
    **{"€": "EUR", "$": "USD", "us$": "USD", "£": "GBP", "¥": "JPY", "₽": "RUB", "₴": "UAH", "zł": "PLN", "zl": "PLN"},
    **{
        "kč": "CZK",
        "kc": "CZK",
        "ft": "HUF",
        "₺": "TRY",
        "₹": "INR",
        "lei": "RON",
        "fr.": "CHF",
        "₩": "KRW",
        "₪": "ILS",
    },
    **{"руб": "RUB", "руб.": "RUB", "грн": "UAH", "лв": "BGN"},  # noqa: RUF001 - Cyrillic is meant
}
CURRENCY = "|".join([r"[a-z]{3}", *(symbol.replace("$", r"\$").replace(".", r"\.") for symbol in SYMBOLS)])
SPACES = "[\\s\u00a0\u202f\u2009'\u2019]"  # what stands between thousands
WRITTEN = rf"^([-+(])?\s*({CURRENCY})?\s*([-+])?([\d.,]*\d[\d.,]*(?:e[-+]?\d+)?)\s*({CURRENCY})?\s*([-)])?$"
NEGATIVE = ("-", "()")
WELL_FORMED = r"^(?:\d{1,3}(?:,\d{2,3})+|\d*)(?:\.\d*)?(?:e[-+]?\d+)?$"
NO_CENTS = "[.,]\\s*[-\u2013\u2014]+"  # 199,-


@dataclass(frozen=True, slots=True)
class Numbers:
    """`values` float64, null where missing or no number; `currencies`: the ISO code written beside it, else null."""

    values: pl.Series
    currencies: pl.Series

    @classmethod
    def of(cls, column: pl.Series, null_values: Sequence[str], decimal: str | None = None) -> Numbers:
        """`decimal`: the decimal mark of text; None detects it, value by value and for the column as a whole."""
        if column.dtype.is_numeric() or column.dtype == pl.Null:
            return cls(_finite(column.cast(pl.Float64)), _nothing(len(column), pl.String))
        if column.dtype != pl.String:
            return cls(_nothing(len(column), pl.Float64), _nothing(len(column), pl.String))
        plain = column.cast(pl.Float64, strict=False)
        if decimal != "," and plain.null_count() == column.null_count():
            return cls(_finite(plain), _nothing(len(column), pl.String))
        raw = Distinct.of(column)
        values, currencies = _parsed(raw.values.set(raw.values.is_in(list(null_values)), None), decimal)
        return cls(raw.spread(values), raw.spread(currencies))


def _parsed(texts: pl.Series, decimal: str | None) -> tuple[pl.Series, pl.Series]:
    spaced = texts.str.strip_chars().str.to_lowercase().str.replace_all(NO_CENTS, "")
    fields = spaced.str.replace_all(rf"(\d){SPACES}+(\d)", "${1}${2}").str.extract_groups(WRITTEN).struct.unnest()
    fields.columns = ["sign", "before", "inner", "digits", "after", "close"]
    signs = fields.select(pl.concat_str("sign", "inner", "close", ignore_nulls=True))["sign"]
    values = _values(fields["digits"].set(~signs.is_in(["", "+", *NEGATIVE]), None), decimal)
    currency = fields["before"].fill_null(fields["after"])
    return values.zip_with(~signs.is_in(NEGATIVE), -values), currency.replace(SYMBOLS).str.to_uppercase()


def _values(digits: pl.Series, decimal: str | None) -> pl.Series:
    """The decimal mark is the last of two kinds, or a lone one that has not just three digits behind it."""
    frame = pl.DataFrame({"digits": digits}).with_columns(
        dots=pl.col("digits").str.count_matches(".", literal=True),
        commas=pl.col("digits").str.count_matches(",", literal=True),
        comma_last=pl.col("digits").str.contains(r",[^.]*$"),
        three=pl.col("digits").str.contains(r"^[1-9]\d{0,2}[.,]\d{3}$"),
    )
    both = (pl.col("dots") > 0) & (pl.col("commas") > 0)
    lone_comma = ~both & (pl.col("commas") == 1) & ~pl.col("three")
    lone_dot = ~both & (pl.col("dots") == 1) & ~pl.col("three")
    seen = frame.select(comma=(lone_comma | (both & pl.col("comma_last"))).any(), dot=lone_dot.any()).row(0)
    mark = decimal or ("," if seen == (True, False) else ".")
    is_comma = (
        pl.when(decimal is not None or pl.col("three"))
        .then(mark == ",")
        .when(both)
        .then("comma_last")
        .otherwise(lone_comma | (pl.col("dots") > 1))
    )
    swapped = pl.col("digits").str.replace_many([".", ","], [",", "."])
    text = frame.select(pl.when(is_comma).then(swapped).otherwise("digits").alias("text"))["text"]
    good = text.str.contains(WELL_FORMED) & text.str.contains(r"\d")
    return _finite(text.set(~good, None).str.replace_all(",", "").cast(pl.Float64, strict=False))


def _finite(values: pl.Series) -> pl.Series:
    return values.set(~values.is_finite(), None)


def _nothing(length: int, dtype: type[pl.DataType]) -> pl.Series:
    return pl.repeat(None, length, dtype=dtype, eager=True)
