"""Switched off: what each missing column or table takes away, in sentences for the report."""

from __future__ import annotations

from collections.abc import Container, Iterator

from training.checks.items import Items
from training.checks.order_lines import Lines

ORDER_LINES = {
    "ordered_at": "order_lines has no ordered_at: decay, buy-again intervals, trends and a split in time are off",
    "quantity": "order_lines has no quantity: each line counts as one piece, and returns cannot be told",
    "unit_price": "order_lines has no unit_price: revenue figures and the price step a customer takes are off",
}
NO_ORDER_ID = "order_lines has no order_id: a customer's lines of one day, or of one position, count as an order"
NO_ORDERS = "order_lines has neither order_id nor ordered_at: all that a customer bought counts as one order"
ITEMS = {
    "title": "items has no title: slates show ids alone",
    "price": "items has no price: up-sell and filters by price are off",
    "availability": "items has no availability: nothing is known to be out of stock",
    "category": "items has no category: per-category lists and filters by category are off",
    "added_at": "items has no added_at: new arrivals are off",
    "cost_of_goods_sold": "items has no cost_of_goods_sold: margins are off",
}
TABLES = {
    "items": "there is no items table: titles, prices, categories, stock and filters are off",
    "customers": "there is no customers table: consent is taken as given, and attributes of customers are off",
    "events": "there is no events table: views and carts before today are unknown",
}


def switched_off(lines: Lines, items: Items | None, *, customers: bool, events: bool) -> tuple[str, ...]:
    """One sentence each, order lines first."""
    return tuple(_sentences(lines.missing, items.kinds if items else None, customers=customers, events=events))


def _sentences(
    missing: Container[str], items: Container[str] | None, *, customers: bool, events: bool
) -> Iterator[str]:
    if "order_id" in missing:
        yield NO_ORDERS if "ordered_at" in missing else NO_ORDER_ID
    yield from (sentence for column, sentence in ORDER_LINES.items() if column in missing)
    if items is None:
        yield TABLES["items"]
    else:
        yield from (sentence for column, sentence in ITEMS.items() if column not in items)
    if not customers:
        yield TABLES["customers"]
    if not events:
        yield TABLES["events"]
