"""Shops without times: Ta-Feng's orders by position or with nothing but customers and items, and Amazon's."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bench.protocols import tafeng
from bench.shops_quality.cuts import at_random, last_orders
from bench.shops_quality.shop import Made, Shop, some


def by_position(customers: int, seed: int = 0) -> Shop:
    def make(data: Path) -> Made:
        return last_orders(some(tafeng.orders(data).drop("last"), customers, seed))

    return Shop(f"tafeng-{customers}", f"{customers:,} customers, positions instead of times", make)


def untimed(data: Path) -> Made:
    """The last order is wanted, but nobody is told which was when."""
    made = last_orders(some(tafeng.orders(data).drop("last"), 1_000, 5))
    return Made(made.order_lines.select("customer_id", "item_id"), made.wanted)


def unplaced(data: Path) -> Made:
    """The last order is wanted of those whose orders are known, but not which came after which."""
    made = last_orders(some(tafeng.orders(data).drop("last"), 1_500, 8))
    return Made(made.order_lines.drop("ordered_at"), made.wanted)


def unordered(data: Path) -> Made:
    lines = some(tafeng.orders(data), 1_500, 6).select("customer_id", "item_id")
    return at_random(lines.unique().sort("customer_id", "item_id"))


def amazon(stem: str, customers: int) -> Shop:
    def make(data: Path) -> Made:
        return at_random(some(pl.read_parquet(data / f"{stem}_train.parquet"), customers))

    return Shop(f"{stem}-{customers}", f"{customers:,} customers, nothing but customers and items", make, ".csv")


SHOPS = (
    by_position(300),
    by_position(1_500),
    Shop("tafeng-untimed", "1,000 customers, lines without times or orders", untimed, ".csv"),
    Shop("tafeng-orders", "1,500 customers, orders without times", unplaced, ".csv"),
    Shop("tafeng-pairs", "1,500 customers, distinct purchases alone", unordered),
    amazon("electronics", 1_500),
    amazon("amazoncds", 3_000),
)
