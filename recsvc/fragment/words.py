"""Words: what a fragment says beside the catalogue, and how it writes prices, in one locale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal

from models.query import Reason

OTHERWISE = "en"
# Distinct prices of a shop that are kept written: formatting takes longer than the rest of an item.
CACHED_PRICES = 16_384


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one language; `headings` by kind of placement, `reasons` by code."""

    sale: str
    regular: str
    headings: dict[str, str]
    reasons: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Words:
    """`language` is that of the texts: English where the locale's own is not shipped."""

    locale: str
    language: str
    texts: Texts

    def heading(self, kind: str, customer_known: bool) -> str:
        """Nothing is said to be for somebody of whom nothing is known."""
        headings = self.texts.headings
        return headings["popular"] if kind == "for_you" and not customer_known else headings[kind]

    def reason(self, reason: Reason) -> str | None:
        return reason.text if self.language == OTHERWISE else self.texts.reasons.get(reason.code)

    def price(self, amount: float | None, currency: str | None) -> str | None:
        return None if amount is None else _written(amount, currency, self.locale)


@cache
def words_of(locale: str) -> Words:
    """`locale` as `pl-PL` or `pl_PL`. Raises ValueError where it is none."""
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError("must be a locale such as pl-PL") from None
    shipped = shipped_texts()
    language = parsed.language if parsed.language in shipped else OTHERWISE
    return Words(str(parsed), language, shipped[language])


@cache
def shipped_texts() -> dict[str, Texts]:
    """By language."""
    text = files("recsvc.fragment").joinpath("texts.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, Texts])


@lru_cache(maxsize=CACHED_PRICES)
def _written(amount: float, currency: str | None, locale: str) -> str:
    """Without a currency the number alone."""
    if currency is None:
        return format_decimal(amount, format="#,##0.00", locale=locale)
    return format_currency(amount, currency, locale=locale)
