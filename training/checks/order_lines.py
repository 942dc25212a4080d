"""Order lines: the check of the one table that there must be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.checks.currency import iso_codes
from training.checks.ids import Ids
from training.checks.numbers import Numbers
from training.checks.sheet import Mask, Sheet
from training.checks.timeline import check_times
from training.checks.times import Kind
from training.config import Data
from training.returns import Netted, net


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines without fault, what was returned taken off; every array is (n,).

    `customer`: code -1 is a guest; `order`: None without the column; `time`: microseconds since 1970 in UTC, or
    positions (`kind` is `order`), None without the column; `quantity` > 0; `price`: NaN unknown; `currency`: code -1
    unknown, None where no price names one; `missing`: the optional columns that are not there.
    """

    customer: Ids
    item: Ids
    order: Ids | None
    kind: Kind
    time: NDArray[np.int64] | None
    quantity: NDArray[np.float64]
    price: NDArray[np.float64]
    currency: Ids | None
    missing: frozenset[str]

    def where(self, rows: Mask) -> Lines:
        return replace(
            self,
            customer=self.customer.where(rows),
            item=self.item.where(rows),
            order=self.order and self.order.where(rows),
            time=None if self.time is None else self.time[rows],
            quantity=self.quantity[rows],
            price=self.price[rows],
            currency=self.currency and self.currency.where(rows),
        )


def check_order_lines(sheet: Sheet, data: Data, now: dt.datetime) -> Lines:
    """Sets aside what is wrong, then nets the returns of the rest."""
    customer, item = sheet.ids("customer_id", required=False), sheet.ids("item_id", required=True)
    order = sheet.ids("order_id", required=False) if "order_id" in sheet else None
    kind: Kind = "order"
    time = None
    if "ordered_at" in sheet:
        time, times = check_times(sheet, "ordered_at", data, now)
        kind = times.kind
    quantity = _quantities(sheet)
    price, currency = _prices(sheet, quantity)
    optional = ("order_id", "ordered_at", "quantity", "unit_price")
    missing = frozenset(name for name in optional if name not in sheet)
    lines = Lines(customer, item, order, kind, time, quantity, price, currency, missing)
    return _netted(sheet, lines)


def _quantities(sheet: Sheet) -> NDArray[np.float64]:
    """1 where unknown."""
    if "quantity" not in sheet:
        return np.ones(sheet.size)
    numbers = _numbers(sheet, "quantity")
    written = numbers.currencies.is_not_null().to_numpy()
    sheet.reject(written, "quantity", "is no number")
    quantity = numbers.values.fill_null(1.0).to_numpy()
    sheet.reject(quantity == 0, "quantity", "is zero")
    return quantity


def _prices(sheet: Sheet, quantity: NDArray[np.float64]) -> tuple[NDArray[np.float64], Ids | None]:
    """NaN where unknown. Of a return the price may be written as negative too."""
    if "unit_price" not in sheet:
        return np.full(sheet.size, np.nan), None
    numbers = _numbers(sheet, "unit_price")
    price = numbers.values.fill_null(float("nan")).to_numpy()
    sheet.reject((price < 0) & (quantity > 0), "unit_price", "is negative")
    currencies = numbers.currencies
    if "currency" in sheet:
        currencies = iso_codes(sheet["currency"]).fill_null(currencies)
    known = currencies.null_count() < len(currencies)
    return np.abs(price), Ids.of(currencies, sheet.table.settings.null_values) if known else None


def _numbers(sheet: Sheet, column: str) -> Numbers:
    settings = sheet.table.settings
    numbers = Numbers.of(sheet[column], settings.null_values, settings.decimal)
    unknown = numbers.values.is_null().to_numpy()
    sheet.reject(unknown & ~sheet.missing(column, unknown), column, "is no number")
    return numbers


def _netted(sheet: Sheet, lines: Lines) -> Lines:
    kept = sheet.kept
    rows = np.flatnonzero(kept)
    good = lines.where(kept)
    time = np.zeros(len(rows), np.int64) if good.time is None else good.time
    netted = net(_owner(good) * max(len(good.item.names), 1) + good.item.codes, time, good.quantity)
    unmatched = np.zeros(sheet.size, np.bool_)
    unmatched[rows] = netted.unmatched
    sheet.reject(unmatched, "quantity", "is a return without an earlier sale to this customer")
    _note_returns(sheet, good.quantity, netted)
    return replace(good, quantity=netted.remaining).where(netted.remaining > 0)


def _owner(lines: Lines) -> NDArray[np.int64]:
    """Whose purchases a return may take back: the customer's; a guest's only within the order."""
    customers = len(lines.customer.names)
    guests = customers + np.arange(len(lines.quantity))
    if lines.order is not None:
        guests = np.where(lines.order.codes >= 0, customers + lines.order.codes, guests + len(lines.order.names))
    return np.where(lines.customer.codes >= 0, lines.customer.codes, guests).astype(np.int64)


def _note_returns(sheet: Sheet, quantity: NDArray[np.float64], netted: Netted) -> None:
    matched = (quantity < 0) & ~netted.unmatched
    if matched.any():
        undone = (quantity > 0) & (netted.remaining == 0)
        sheet.notes.append(f"{matched.sum():,} returns, which undo {undone.sum():,} lines wholly")
    if netted.excessive.any():
        sheet.notes.append(f"{netted.excessive.sum():,} returns of more than was sold; the surplus is ignored")
