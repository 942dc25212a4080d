"""Diary: a shop's history read the slow and obvious way, which candidates and features are held against."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np

from tests.training.evaluation.toys import Bought, Item, toy
from training.dataset import Dataset

CATEGORIES = ("Food > Dairy > Milk", "Food > Dairy > Cheese", "Food > Fruit > Apples", "Home > Candles > Tall", None)
FIRST_DAY = 20_000


@dataclass
class Entry:
    """What one visit held of one item."""

    quantity: float = 0.0
    prices: list[float] = field(default_factory=list)

    @property
    def price(self) -> float:
        """The mean price paid, NaN unknown."""
        return sum(self.prices) / len(self.prices) if self.prices else float("nan")


@dataclass
class Visit:
    day: float
    items: dict[int, Entry] = field(default_factory=lambda: defaultdict(Entry))


Diary = dict[int, list[Visit]]


def diary(dataset: Dataset) -> Diary:
    """Each customer's visits in the order of time: by local day in UTC, or by order where times are positions."""
    found: dict[int, dict[float, Visit]] = defaultdict(dict)
    lines = dataset.lines
    for row in range(len(lines)):
        customer = int(lines.customer[row])
        if customer < 0:
            continue
        sequence = dataset.unit == "order"
        day = 0.0 if sequence else float(np.floor(lines.time[row]))
        visit = found[customer].setdefault(float(lines.order[row]) if sequence else day, Visit(day))
        entry = visit.items[int(lines.item[row])]
        entry.quantity += float(lines.quantity[row])
        if not np.isnan(lines.price[row]):
            entry.prices.append(float(lines.price[row]))
    return {customer: [visits[key] for key in sorted(visits)] for customer, visits in found.items()}


def small_shop(
    seed: int = 0,
    *,
    unit: str = "day",
    prices: bool = True,
    categories: bool = True,
    guests: bool = True,
    customers: int = 12,
    items: int = 15,
    days: int = 90,
    orders: int = 9,
) -> Dataset:
    """Random orders of one to six items, a customer's favourites more often; some days see two orders."""
    generator = np.random.default_rng(seed)
    bought = []
    for customer in range(customers):
        favourites = generator.choice(items, 4, replace=False)
        for position in range(int(generator.integers(1, orders + 1))):
            time = float(position) if unit == "order" else FIRST_DAY + float(generator.integers(0, days * 24)) / 24
            chosen = {*generator.choice(favourites, 2), *generator.choice(items, int(generator.integers(0, 5)))}
            guest = guests and unit == "day" and generator.random() < 0.1
            for item in sorted(chosen):
                price = float(np.round(generator.uniform(1, 9), 2)) if prices and generator.random() < 0.9 else np.nan
                name = None if guest else f"c{customer:02d}"
                bought.append(Bought(name, f"i{item:02d}", time, price, float(generator.integers(1, 4))))
    listed = {f"i{item:02d}": Item(CATEGORIES[item % len(CATEGORIES)]) for item in range(items)} if categories else {}
    if unit == "order":
        bought = end_aligned(bought)
    return toy(bought, listed, unit=unit)  # type: ignore[arg-type]


def end_aligned(bought: list[Bought]) -> list[Bought]:
    """Positions as a data set has them: everybody's last order has the greatest."""
    last: dict[str | None, float] = defaultdict(float)
    for each in bought:
        last[each.customer] = max(last[each.customer], each.time)
    end = max(last.values())
    return [each._replace(time=each.time + end - last[each.customer]) for each in bought]


def forgotten(dataset: Dataset) -> Dataset:
    """The same where nobody knows when anything was bought."""
    return replace(dataset, lines=replace(dataset.lines, time=np.zeros(len(dataset.lines))))
