"""Tasks: the questions an evaluation puts to the placements, and what customers then really bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.ragged import Ragged
from training.dataset import OrderLines
from training.evaluation.facts import Facts
from training.evaluation.split import Split
from training.evaluation.truth import Truth

# What is bought in a category later than this after the anchor is no answer to it.
TRADE_UP_WINDOW = 56.0
# Carts have many anchors each, so fewer of them are asked.
MAX_CARTS = 4_000
# Up-sell is shown in a few places beside the item.
UP_SELL_PLACES = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """`cutoff`: how many places of a slate count; `max_queries`: beyond it a sample by `seed` stands for all."""

    cutoff: int = 10
    max_queries: int = 20_000
    seed: int = 0

    def sample(self, queries: NDArray[np.intp], most: int | None = None) -> NDArray[np.intp]:
        """At most `max_queries` (and at most `most`) of them, in order."""
        size = self.max_queries if most is None else min(most, self.max_queries)
        return queries if len(queries) <= size else np.sort(self.generator().choice(queries, size, replace=False))

    def generator(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


@dataclass(frozen=True, slots=True)
class Task:
    """`headline`: the metric that decides, over the first `k` places."""

    name: str
    title: str
    batch: Batch
    truth: Truth
    headline: str
    k: int

    def __len__(self) -> int:
        return len(self.batch)

    @property
    def customers(self) -> NDArray[np.int64]:
        """Whose query each is (B,): a bootstrap draws a customer's queries together, guests' one by one."""
        known = self.batch.customers.astype(np.int64)
        return np.where(known >= 0, known, -1 - np.arange(len(known)))


def all_tasks(split: Split, facts: Facts, terms: Terms) -> list[Task]:
    """Every task, also those for which this history has no query."""
    builders = (next_order, discovery, buy_again, cross_sell, up_sell)
    return [builder(split, facts, terms) for builder in builders]


def next_order(split: Split, facts: Facts, terms: Terms) -> Task:
    """Everything a customer buys on the first visit after the cut."""
    known = split.test.customer >= 0
    lines, visit = split.test.select(known), split.visit[known]
    first = np.full(split.train.n_customers, np.iinfo(np.int64).max)
    np.minimum.at(first, lines.customer, visit)
    lines = lines.select(visit == first[lines.customer])
    return _of_customers("next_order", "All that is bought on the next visit", lines, facts, terms)


def discovery(split: Split, facts: Facts, terms: Terms) -> Task:
    """What customers with a history buy for the first time in the test window."""
    lines = split.test.select(split.test.customer >= 0)
    lines = lines.select((facts.orders[lines.customer] > 0) & ~facts.owns(lines.customer, lines.item))
    return _of_customers("discovery", "Items bought for the first time", lines, facts, terms)


def buy_again(split: Split, facts: Facts, terms: Terms) -> Task:
    """What customers buy again in the test window."""
    lines = split.test.select(facts.owns(split.test.customer, split.test.item))
    return _of_customers("buy_again", "Items bought before and bought again", lines, facts, terms)


def cross_sell(split: Split, facts: Facts, terms: Terms) -> Task:
    """One item of each order in the test window is hidden; the others are the cart."""
    lines = split.test.select(np.full(len(split.test.item), split.train.orders_known))
    order, query = np.unique(lines.order, return_inverse=True)
    customers = np.full(len(order), -1, np.int32)
    customers[query] = lines.customer
    whole = Truth.of(query, lines, len(order), facts)
    chosen = terms.sample(np.flatnonzero(whole.items.lengths >= 2), MAX_CARTS)
    whole = whole.take(chosen)
    hidden = np.zeros(len(whole.value), np.bool_)
    hidden[whole.items.indptr[:-1] + terms.generator().integers(whole.items.lengths)] = True
    batch = Batch.of_anchors(whole.only(~hidden).items, customers[chosen])
    title = "The item hidden from an order, asked with the rest of it"
    return Task("cross_sell", title, batch, whole.only(hidden), "hit", terms.cutoff)


def up_sell(split: Split, facts: Facts, terms: Terms) -> Task:
    """From the dearest item of a customer's last order in a category to dearer ones in the next order there."""
    anchors = _last_in_categories(split.train.lines, facts)
    lines = _categorised(split.test, facts)
    query = _positions(_category_keys(anchors, facts), _category_keys(lines, facts))
    lines, query = lines.select(query >= 0), query[query >= 0]
    next_order = np.full(len(anchors.item), np.iinfo(np.int64).max)
    np.minimum.at(next_order, query, lines.order)
    answers = (lines.order == next_order[query]) & (lines.time - anchors.time[query] <= TRADE_UP_WINDOW)
    answers &= (lines.item != anchors.item[query]) & (_paid(lines, facts) > _paid(anchors, facts)[query])
    asked, query = np.unique(query[answers], return_inverse=True)
    truth = Truth.of(query, lines.select(answers), len(asked), facts)
    chosen = terms.sample(np.arange(len(asked)))
    anchor = Ragged.column(anchors.item[asked[chosen]])
    batch = Batch.of_anchors(anchor, anchors.customer[asked[chosen]])
    title = "The dearer item of the same category bought next"
    return Task("up_sell", title, batch, truth.take(chosen), "hit", min(UP_SELL_PLACES, terms.cutoff))


def _of_customers(name: str, title: str, lines: OrderLines, facts: Facts, terms: Terms) -> Task:
    customers, query = np.unique(lines.customer, return_inverse=True)
    truth = Truth.of(query, lines, len(customers), facts)
    chosen = terms.sample(np.arange(len(customers)))
    batch = Batch.of_customers(customers[chosen])
    return Task(name, title, batch, truth.take(chosen), "ndcg_whole", terms.cutoff)


def _categorised(lines: OrderLines, facts: Facts) -> OrderLines:
    """Known customers' lines of items whose category is known."""
    return lines.select((lines.customer >= 0) & (facts.category[lines.item] >= 0))


def _last_in_categories(lines: OrderLines, facts: Facts) -> OrderLines:
    """The dearest line of the last order of every customer in every category."""
    lines = _categorised(lines, facts)
    key = _category_keys(lines, facts)
    order = np.lexsort((lines.item, _paid(lines, facts), lines.order, key))
    last = np.zeros(len(order), np.bool_)
    last[order[np.diff(key[order], append=-1) != 0]] = True
    return lines.select(last)


def _category_keys(lines: OrderLines, facts: Facts) -> NDArray[np.int64]:
    """One number for each customer and category."""
    span = int(facts.category.max(initial=0)) + 1
    return lines.customer.astype(np.int64) * span + facts.category[lines.item]


def _paid(lines: OrderLines, facts: Facts) -> NDArray[np.float64]:
    """The unit price of each line, that of the catalogue where the line has none."""
    paid = lines.price.astype(np.float64)
    return np.where(np.isnan(paid), facts.price[lines.item], paid)


def _positions(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where each wanted number stands in the distinct `keys`, -1 where it does not."""
    order = np.argsort(keys)
    place = np.searchsorted(keys, wanted, sorter=order)
    place = order[np.minimum(place, len(keys) - 1)] if len(keys) else np.zeros(len(wanted), np.intp)
    return np.where(keys[place] == wanted, place, -1) if len(keys) else place - 1
