"""Switched off: what the data at hand do not allow, in sentences for the report."""

from __future__ import annotations

from collections.abc import Container, Iterator

from training.checks.events import Events
from training.checks.items import Items
from training.checks.order_lines import Lines

ORDER_LINES = {
    "ordered_at": "order_lines has no ordered_at: decay, buy-again intervals, trends and a split in time are off",
    "quantity": "order_lines has no quantity: each line counts as one piece, and returns cannot be told",
    "unit_price": "order_lines has no unit_price: items cost what the catalogue says",
}
NO_ORDER_ID = "order_lines has no order_id: a customer's lines of one day, or of one position, count as an order"
NO_ORDERS = "order_lines has neither order_id nor ordered_at: each further line of an item counts as bought once more"
NO_PRICES = "no table has prices: up-sell and revenue figures are off"
ITEMS = {
    "title": "items has no title: slates show ids alone",
    "price": "items has no price: slates show none, filters by price are off, and up-sell goes by the prices paid",
    "availability": "items has no availability: nothing is known to be out of stock",
    "category": "items has no category: per-category lists and filters by category are off",
    "added_at": "items has no added_at: new arrivals are off",
    "cost_of_goods_sold": "items has no cost_of_goods_sold: margins are off",
}
TABLES = {
    "items": "there is no items table: titles, prices in slates, categories, stock and filters are off",
    "customers": "there is no customers table: consent is taken as given, and attributes of customers are off",
    "events": "there is no events table: nothing is learned from what customers looked at",
}
EVENTS = {
    "customer": "events has no customer_id: visitors without one are counted, and nothing is learned from them",
    "time": "events has no occurred_at in times: events are counted, and nothing is learned from them",
    "days": "order_lines has no ordered_at in times: events are counted, and nothing is learned from them",
}


def switched_off(lines: Lines, items: Items | None, *, customers: bool, events: Events | None) -> tuple[str, ...]:
    """One sentence each, order lines first."""
    said = _sentences(lines.missing, items.kinds if items else {}, items is None, customers)
    return (*said, *_of_events(lines, events))


def _of_events(lines: Lines, events: Events | None) -> Iterator[str]:
    if events is None:
        yield TABLES["events"]
    elif events.customer is None:
        yield EVENTS["customer"]
    elif events.time is None:
        yield EVENTS["time"]
    elif lines.kind != "day" or "ordered_at" in lines.missing:
        yield EVENTS["days"]


def _sentences(missing: Container[str], columns: Container[str], no_items: bool, customers: bool) -> Iterator[str]:
    priceless = "unit_price" in missing and "price" not in columns
    if "order_id" in missing:
        yield NO_ORDERS if "ordered_at" in missing else NO_ORDER_ID
    if priceless:
        yield NO_PRICES
    said = ("unit_price", "price") if priceless else ()
    yield from (sentence for column, sentence in ORDER_LINES.items() if column in missing and column not in said)
    if no_items:
        yield TABLES["items"]
    else:
        yield from (sentence for column, sentence in ITEMS.items() if column not in columns and column not in said)
    if not customers:
        yield TABLES["customers"]
