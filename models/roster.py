"""Roster: finding a shop's customers, and what each of them bought."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from models.model import Model
from models.translate import elapsed


@dataclass(frozen=True, slots=True)
class Person:
    """`items`: how many different ones were bought; `age`: time units since the last purchase, None without any."""

    customer_id: str
    items: int
    age: float | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """`row`: the item, or the variant of it bought last; `orders` that held it; `age`: time units since the last."""

    row: int
    orders: int
    age: float


class Roster:
    """The customers of one model, as of a moment in seconds since 1970."""

    def __init__(self, model: Model, as_of: float) -> None:
        self._model = model
        self._elapsed = elapsed(model, as_of)

    def people(self, starts_with: str, count: int, is_hidden: Callable[[str], bool] | None = None) -> list[Person]:
        """The first customers whose id begins so; of an empty text some from everywhere in the shop."""
        customers = self._model.customers
        if starts_with:
            rows: Iterable[int] = customers.starting_with(starts_with)
        else:
            rows = np.unique(np.linspace(0, len(customers) - 1, min(count, len(customers)), dtype=np.int64)).tolist()
        shown = rows if is_hidden is None else (row for row in rows if not is_hidden(customers.id(row)))
        return [self._person(row) for row in islice(shown, count)]

    def purchases(self, customer_id: str, count: int) -> tuple[list[Purchase], int]:
        """The items bought, the latest first and at most `count` of them, and how many there are; unknown: none."""
        history = self._model.shop.history
        span = history.of(self._model.customers.row(customer_id, missing=-1))
        rows = history.items.values[span] if history.variant is None else history.variant[span]
        orders, age = history.count[span], history.age[span]
        latest = np.lexsort((-orders, age))[:count]
        bought = zip(rows[latest].tolist(), np.rint(orders[latest]).tolist(), age[latest].tolist(), strict=True)
        return [Purchase(row, int(held), since + self._elapsed) for row, held, since in bought], len(rows)

    def attributes(self, customer_id: str) -> dict[str, Any]:
        """What the customers table says of a customer; empty where there is none, or nobody of that id."""
        row = self._model.customers.row(customer_id, missing=-1)
        known = self._model.customer_attributes
        return known.fields(row, tuple(known.columns)) if row >= 0 else {}

    def _person(self, row: int) -> Person:
        history = self._model.shop.history
        ages = history.age[history.of(row)]
        latest = float(ages.min()) + self._elapsed if len(ages) else None
        return Person(self._model.customers.id(row), len(ages), latest)
