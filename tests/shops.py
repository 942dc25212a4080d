"""Synthetic shops with planted habits, as the tables a shop would hand over and as the data set learned from them.

What is planted: every customer belongs to a taste group and loves that group's types; buys a few staples at regular
intervals; puts complements (the same tier of the paired type) into one order; and now and then trades up by one tier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl

from tests.training.feeds import NOW, sheet
from training.build import Tables, build_dataset
from training.checks.customers import check_customers
from training.checks.events import check_events
from training.checks.items import check_items
from training.checks.order_lines import check_order_lines
from training.config import Config, Data
from training.dataset import Dataset

START = dt.datetime(2023, 9, 1, tzinfo=dt.UTC)
TIERS = 4  # items of a type, each dearer than the one before
TIER_STEP = 1.3
GROUPS = 3  # of customers with one taste
BRANDS = ("Alba", "Benedikt & Söhne", "Černý", "Dôle")
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a shop is like. `clock`: what `ordered_at` holds; None leaves out orders and times."""

    customers: int = 90
    types: int = 18
    orders: int = 14  # of each customer, on average
    days: int = 180
    clock: Literal["day", "position"] | None = "day"
    repeats: bool = True
    catalogue: bool = True
    prices: bool = True
    variants: bool = False
    guests: bool = True
    events: bool = False
    seed: int = 7

    @property
    def items(self) -> int:
        return self.types * TIERS


@dataclass(frozen=True)
class Shop:
    """The input tables; None where the shop has no such table."""

    order_lines: pl.DataFrame
    items: pl.DataFrame | None = None
    customers: pl.DataFrame | None = None
    events: pl.DataFrame | None = None

    @cached_property
    def dataset(self) -> Dataset:
        """As the trainer reads it, all checks included."""
        tables = Tables(
            check_order_lines(sheet("order_lines", self.order_lines.to_dict()), Data(), NOW),
            None if self.items is None else check_items(sheet("items", self.items.to_dict()), Data()),
            None if self.customers is None else check_customers(sheet("customers", self.customers.to_dict()), Data()),
            None if self.events is None else check_events(sheet("events", self.events.to_dict()), Data(), NOW),
            currency="EUR" if "unit_price" in self.order_lines.columns else None,
        )
        return build_dataset(tables, Config())[0]


@dataclass
class Shopper:
    """One customer while the history is made: `staples` maps items to the days between purchases."""

    group: int
    staples: dict[int, int]
    due: dict[int, int]
    bought: set[int] = field(default_factory=set)
    tier: dict[int, int] = field(default_factory=dict)  # of each type, the tier bought last


def make_shop(plan: Plan) -> Shop:
    """The same plan makes the same shop."""
    generator = np.random.default_rng(plan.seed)
    lines = pl.DataFrame(list(_lines(plan, generator)), infer_schema_length=None, orient="row")
    if plan.clock is None:
        lines = lines.select("customer_id", "item_id").unique(maintain_order=True)
    if not plan.prices:
        lines = lines.drop("unit_price", strict=False)
    return Shop(
        lines,
        pl.DataFrame(list(_items(plan, generator)), infer_schema_length=None) if plan.catalogue else None,
        pl.DataFrame(list(_customers(plan))) if plan.catalogue else None,
        pl.DataFrame(list(_events(plan, lines))) if plan.events else None,
    )


def grocery() -> Shop:
    """Regular repeats, complements, prices, a few guests."""
    return make_shop(Plan())


def books() -> Shop:
    """Nobody buys anything twice."""
    return make_shop(Plan(repeats=False, seed=8))


def untimed() -> Shop:
    """Customers x items, and nothing else."""
    return make_shop(Plan(clock=None, catalogue=False, seed=9))


def sequence() -> Shop:
    """The number of each customer's order instead of its time."""
    return make_shop(Plan(clock="position", guests=False, seed=10))


def tiny() -> Shop:
    """Twenty orders."""
    return make_shop(Plan(customers=5, types=4, orders=4, days=60, guests=False, seed=11))


def no_catalogue() -> Shop:
    return make_shop(Plan(catalogue=False, seed=12))


def no_prices() -> Shop:
    return make_shop(Plan(prices=False, seed=13))


def variants() -> Shop:
    """Two and two items of a type are variants of one product; their prices overlap with the other product's."""
    return make_shop(Plan(variants=True, seed=14))


def browsed() -> Shop:
    """What customers buy they mostly looked at some days before; three visitors have bought nothing yet."""
    return make_shop(Plan(customers=40, types=12, orders=8, variants=True, events=True, seed=15))


PRESETS = {
    preset.__name__: preset
    for preset in (grocery, books, untimed, sequence, tiny, no_catalogue, no_prices, variants, browsed)
}


def item_id(item: int) -> str:
    return f"sku/{item:03d}" if item % 11 else f"č-{item:03d} 🧀"


def customer_id(customer: int) -> str:
    return f"c{customer:04d}"


def complement(item: int) -> int:
    """The item that is planted into one order with this one."""
    return (item // TIERS ^ 1) * TIERS + item % TIERS


def price(item: int) -> float:
    return round((2.0 + item // TIERS % 7) * TIER_STEP ** (item % TIERS), 2)


def taste(item: int) -> int:
    """The group of customers that loves the item's type; paired types share it."""
    return item // (2 * TIERS) % GROUPS


def group(customer: int) -> int:
    return customer % GROUPS


def _lines(plan: Plan, generator: np.random.Generator) -> Iterator[Row]:
    number = 0
    for customer in range(plan.customers):
        shopper = _shopper(plan, customer, generator)
        days = np.sort(generator.choice(plan.days, plan.orders, replace=False))
        for position, day in enumerate(days.tolist()):
            guest = plan.guests and generator.random() < 0.03
            number += 1
            moment = START + dt.timedelta(days=day, minutes=int(generator.integers(8 * 60, 20 * 60)))
            for item in sorted(_order(plan, shopper, day, generator)):
                yield {
                    "customer_id": None if guest else customer_id(customer),
                    "order_id": f"o{number}",
                    "ordered_at": position if plan.clock == "position" else moment,
                    "item_id": item_id(item),
                    "quantity": int(generator.integers(1, 4)),
                    "unit_price": round(price(item) * generator.uniform(0.9, 1.0), 2),
                }


def _shopper(plan: Plan, customer: int, generator: np.random.Generator) -> Shopper:
    loved = [item for item in range(plan.items) if taste(item) == group(customer)] or list(range(plan.items))
    chosen = generator.choice(loved, min(4, len(loved)), replace=False).tolist() if plan.repeats else []
    return Shopper(
        group(customer), {item: int(generator.integers(10, 40)) for item in chosen}, dict.fromkeys(chosen, 0)
    )


def _order(plan: Plan, shopper: Shopper, day: int, generator: np.random.Generator) -> set[int]:
    """The items of one order."""
    chosen = {item for item, due in shopper.due.items() if due <= day}
    shopper.due |= {item: day + shopper.staples[item] for item in chosen}
    wanted = [_explored(plan, shopper, generator) for _ in range(int(generator.integers(1, 3)))]
    wanted += [complement(item) for item in wanted if generator.random() < 0.6]
    chosen |= {item for item in wanted if plan.repeats or item not in shopper.bought}
    shopper.bought |= chosen
    shopper.tier |= {item // TIERS: item % TIERS for item in sorted(chosen)}
    return chosen or {int(generator.integers(plan.items))} if plan.repeats else chosen


def _explored(plan: Plan, shopper: Shopper, generator: np.random.Generator) -> int:
    """Mostly a loved type; the tier of last time, or one above it; cheap tiers to begin with."""
    kinds = [kind for kind in range(plan.types) if taste(kind * TIERS) == shopper.group]
    anything = not kinds or generator.random() < 0.2
    kind = int(generator.integers(plan.types)) if anything else kinds[int(generator.integers(len(kinds)))]
    before = shopper.tier.get(kind)
    if before is None:
        return kind * TIERS + int(generator.choice(TIERS, p=(0.5, 0.3, 0.15, 0.05)))
    return kind * TIERS + min(before + int(generator.random() < 0.6), TIERS - 1)


def _items(plan: Plan, generator: np.random.Generator) -> Iterator[Row]:
    """Every tenth item is out of stock, every twentieth hidden; the last type is new and sold to nobody yet."""
    for item in range(plan.items + TIERS):
        kind, tier = divmod(item, TIERS)
        new = item >= plan.items
        row: Row = {
            "item_id": item_id(item),
            "title": f'Type {kind} "size {tier}"',
            "category": f"Department {kind % 2} > Category {kind // 2 % 3} > Type {kind}",
            "brand": BRANDS[tier],
            "price": price(item),
            "currency": "EUR",
            "cost_of_goods_sold": round(price(item) * generator.uniform(0.4, 0.8), 2),
            "availability": "out_of_stock" if item % 10 == 9 else "in_stock",
            "hidden": item % 20 == 13,
            "added_at": START + dt.timedelta(days=plan.days - 3 if new else kind - 400),
        }
        if not plan.prices:
            del row["price"], row["cost_of_goods_sold"], row["currency"]
        if plan.variants:
            row["item_group_id"] = f"group {kind}-{tier % 2}" if kind % 3 else None
        yield row


def visitor_id(visitor: int) -> str:
    return f"v{visitor:04d}"


def _events(plan: Plan, lines: pl.DataFrame) -> Iterator[Row]:
    """Two of three lines were looked at before, some put into the cart; one of three looks leads to nothing."""
    generator = np.random.default_rng(plan.seed)
    for line in lines.filter(pl.col("customer_id").is_not_null()).to_dicts():
        before = line["ordered_at"] - dt.timedelta(hours=int(generator.integers(1, 15 * 24)))
        bought, stray = line["item_id"], item_id(int(generator.integers(plan.items + TIERS)))
        item = bought if generator.random() < 2 / 3 else stray
        yield _event(line["customer_id"], item, before, "Product Viewed")
        if generator.random() < 0.3:
            yield _event(line["customer_id"], item, before + dt.timedelta(minutes=5), "Product Added")
    for visitor in range(3):
        for item in generator.choice(plan.items, 5, replace=False).tolist():
            moment = START + dt.timedelta(days=plan.days - 1 - int(generator.integers(9)))
            yield _event(visitor_id(visitor), item_id(item), moment, "Product Viewed")


def _event(customer: str, item: str, moment: dt.datetime, name: str) -> Row:
    return {"customer_id": customer, "item_id": item, "occurred_at": moment, "event": name}


def _customers(plan: Plan) -> Iterator[Row]:
    """One customer more than have ordered."""
    for customer in range(plan.customers + 1):
        yield {
            "customer_id": customer_id(customer),
            "loyalty_tier": ("gold", "silver", None)[customer % 3],
            "points": 10 * customer,
        }
