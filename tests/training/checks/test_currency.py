"""One currency a shop."""

from __future__ import annotations

import polars as pl

from training.checks.currency import foreign, iso_codes, settle
from training.checks.ids import Ids


def ids(*currencies: str | None) -> Ids:
    return Ids.of(pl.Series(currencies, dtype=pl.String), ())


def test_symbols_and_small_letters_are_codes() -> None:
    assert iso_codes(pl.Series(["€", " eur ", "zł", "USD", None])).to_list() == ["EUR", "EUR", "PLN", "USD", None]


def test_one_currency_is_the_shops_and_none_is_none() -> None:
    assert settle({"order_lines": ids("EUR", None), "items": None}, None).currency == "EUR"
    assert settle({"order_lines": None, "items": ids(None)}, None).currency is None


def test_several_are_refused_with_their_shares() -> None:
    settled = settle({"order_lines": ids("EUR", "EUR", "EUR", "USD"), "items": ids("EUR")}, None)
    assert settled.fault == (
        "prices in several currencies (order_lines: EUR 75.0%, USD 25.0%; items: EUR 100.0%); "
        "convert them, or name one in data.currency"
    )


def test_a_currency_that_is_named_decides() -> None:
    tables = {"order_lines": ids("EUR", "USD", None)}
    assert settle(tables, "USD").currency == "USD"
    assert settle({"order_lines": None}, "USD").currency == "USD"
    found = foreign(tables["order_lines"], "USD")
    assert found is not None
    assert found.tolist() == [True, False, False]


def test_a_currency_that_no_price_has_is_refused() -> None:
    settled = settle({"items": ids("EUR", "USD")}, "CZK")
    assert settled.fault == "no price is in CZK, which data.currency names; found: EUR, USD"


def test_without_currencies_no_price_is_foreign() -> None:
    assert foreign(None, "EUR") is None
    assert foreign(ids("EUR"), None) is None
