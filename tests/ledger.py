"""Ledger: what a shop's tables say, counted the slow and obvious way; engines are held against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import polars as pl

from tests.shops import Row, Shop

SECONDS_A_DAY = 86_400.0


class Ledger:
    """Everything by external id. A "product" is a variant group, or an item that has none."""

    def __init__(self, shop: Shop) -> None:
        self.catalogue: dict[str, Row] = (
            {} if shop.items is None else {row["item_id"]: row for row in _rows(shop.items)}
        )
        lines = _rows(shop.order_lines)
        self.item_ids = sorted({row["item_id"] for row in lines} | set(self.catalogue))
        self.orders: dict[Any, set[str]] = defaultdict(set)  # order -> its products
        self.times: dict[tuple[str, str], list[float]] = defaultdict(list)  # (customer, product) -> of each order
        self.bought: dict[str, set[str]] = defaultdict(set)  # customer -> items
        self.buyers: dict[str, set[str]] = defaultdict(set)  # product -> customers
        self.looks: dict[str, list[tuple[str, float]]] = defaultdict(list)  # customer -> items and when
        for row in [] if shop.events is None else _rows(shop.events):
            self.looks[row["customer_id"]].append((row["item_id"], row["occurred_at"].timestamp() / SECONDS_A_DAY))
        self.purchases: set[tuple[str, str, Any]] = set()  # (customer, product, order)
        equals: Counter[tuple[str, str]] = Counter()
        for number, row in enumerate(lines):
            customer, product = row["customer_id"], self.product(row["item_id"])
            # Without an order id a guest's line stands alone, and untimed customers have one order of distinct items,
            # with a further one for what they bought more often.
            order = row.get("order_id", (customer, equals[customer, row["item_id"]]) if customer else number)
            equals[customer, row["item_id"]] += 1
            self.orders[order].add(product)
            if customer is None:
                continue
            self.bought[customer].add(row["item_id"])
            self.buyers[product].add(customer)
            if (customer, product, order) not in self.purchases:
                self.purchases.add((customer, product, order))
                self.times[customer, product].append(_time(row))

    def product(self, item_id: str) -> str:
        return self.catalogue.get(item_id, {}).get("item_group_id") or item_id

    def products(self, item_ids: Iterable[str]) -> set[str]:
        return {self.product(item_id) for item_id in item_ids}

    def leads(self, item_ids: Iterable[str]) -> set[str]:
        """All items of the products that these are of: reasons of what was looked at name one of them."""
        products = self.products(item_ids)
        return {item_id for item_id in self.item_ids if self.product(item_id) in products}

    def sellable(self, item_id: str) -> bool:
        """Everything may be sold where there is no catalogue; else what is listed, in stock and not hidden."""
        row = self.catalogue.get(item_id)
        if row is None:
            return not self.catalogue
        return row["availability"] == "in_stock" and not row["hidden"]

    def products_bought(self, customer: str | None) -> set[str]:
        return self.products(self.bought.get(customer or "", ()))

    def products_bought_since(self, customer: str | None, days: float) -> set[str]:
        """What the customer bought less than so many days before the end of the history."""
        end = max(max(times) for times in self.times.values())
        return {product for (who, product), times in self.times.items() if who == customer and end - max(times) < days}

    def orders_with(self, *products: str) -> int:
        return sum(held.issuperset(products) for held in self.orders.values())


def _rows(frame: pl.DataFrame) -> list[Row]:
    return frame.to_dicts()


def _time(row: Row) -> float:
    """Days since 1970, a position, or 0 where there is neither."""
    time = row.get("ordered_at", 0)
    return float(time) if isinstance(time, int) else time.timestamp() / SECONDS_A_DAY
