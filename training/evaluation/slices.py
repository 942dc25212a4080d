"""Slices: the groups of customers and items that must not pay for an average that rises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue
from training.evaluation.facts import Facts
from training.evaluation.tasks import Task

TOP_CATEGORIES = 5


@dataclass(frozen=True, slots=True)
class Slice:
    """`queries` bool (B,): who is in it; `entries` bool (T,): the part of the truth it is about, None for all."""

    name: str
    queries: NDArray[np.bool_]
    entries: NDArray[np.bool_] | None = None


def all_slices(task: Task, facts: Facts, catalogue: Catalogue, smallest: int) -> list[Slice]:
    """Those with at least `smallest` customers who have something to find."""
    found = [*_customers(task, facts), *_items(task, facts, catalogue)]
    return [part for part in found if _size(task, part) >= smallest]


def _customers(task: Task, facts: Facts) -> list[Slice]:
    """New customers, and the third of the others that orders least and most."""
    customers = task.batch.customers
    orders = np.where(customers >= 0, facts.orders[customers], 0)
    known = customers >= 0
    if not (orders > 0).any():
        return [Slice("new customers", known)]
    light, heavy = np.quantile(orders[orders > 0], [1 / 3, 2 / 3], method="nearest").astype(int)
    heavy = max(heavy, light + 1)
    return [
        Slice("new customers", known & (orders == 0)),
        Slice(f"light customers (1 to {light} orders)", (orders > 0) & (orders <= light)),
        Slice(f"heavy customers ({heavy} orders or more)", orders >= heavy),
    ]


def _items(task: Task, facts: Facts, catalogue: Catalogue) -> list[Slice]:
    """Cold items, and the top categories in which most is bought."""
    items, everyone = task.truth.items.values, np.ones(len(task), np.bool_)
    top = facts.top_category[items]
    nodes, bought = np.unique(top[top >= 0], return_counts=True)
    largest = nodes[np.argsort(-bought, kind="stable")][:TOP_CATEGORIES].tolist()
    names = {node: f"category {catalogue.columns['category'].path(node)}" for node in largest}
    categories = [Slice(name, everyone, top == node) for node, name in names.items()]
    return [Slice("cold items", everyone, facts.cold[items]), *categories]


def _size(task: Task, part: Slice) -> int:
    """How many customers have a query in the slice with something to find."""
    queries = task.truth.items.queries()
    asked = queries if part.entries is None else queries[part.entries]
    return len(np.unique(task.customers[asked[part.queries[asked]]]))
