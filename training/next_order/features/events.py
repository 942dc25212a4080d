"""Events: what the customer, and everybody, looked at before the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.dataset import Events
from training.next_order.features.scores import Columns
from training.next_order.runs import Runs
from training.next_order.snapshot import Snapshot
from training.next_order.sources import Source
from training.sparse import diagonal

# Events that put an item aside to buy it.
CARTS = ("product_added", "product_added_to_wishlist")
# Windows in days, and the half-life of what makes an item a candidate, which the longest of them ends.
SHORT, LONG, LONGEST = 7.0, 28.0, 90.0
HALF_LIFE = 7.0
# What is put into a cart counts so many looks as a candidate; the ranker weighs it by itself.
CART_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class Moments:
    """Times by key: `time` ascends within each run of one key; `total` (n + 1,): running sums of weights."""

    runs: Runs
    place: NDArray[np.float64]  # run x SPAN + time, ascending
    time: NDArray[np.float64]
    total: NDArray[np.float64]

    SPAN = 1e6  # days, more than any time

    @classmethod
    def of(cls, key: NDArray[np.int64], time: NDArray[np.float64], weight: NDArray[np.floating]) -> Self:
        order = np.lexsort((time, key))
        runs = Runs.of(key[order])
        return cls(runs, runs.spread() * cls.SPAN + time[order], time[order], np.append(0.0, np.cumsum(weight[order])))

    def between(
        self, key: NDArray[np.int64], since: NDArray[np.float64], until: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The weights of each key at since <= time < until, summed."""
        run = self.runs.find(key)
        first, last = (np.searchsorted(self.place, run.place * self.SPAN + moment) for moment in (since, until))
        return np.where(run.found, self.total[last] - self.total[first], 0.0)

    def last_before(self, key: NDArray[np.int64], until: NDArray[np.float64]) -> NDArray[np.float64]:
        """The latest time of each key before `until`, NaN where there is none."""
        run = self.runs.find(key)
        place = np.searchsorted(self.place, run.place * self.SPAN + until) - 1
        found = run.found & (place >= 0)
        found[found] = place[found] >= self.runs.start[run.place[found]]
        return np.where(found, np.append(self.time, np.nan)[place], np.nan)


@dataclass(frozen=True, slots=True)
class Looking:
    """Events by customer and item, those that fill carts apart, and by item; of days since 1970, local."""

    n_items: int
    customer: NDArray[np.int64]
    item: NDArray[np.int64]
    time: NDArray[np.float64]
    cart: NDArray[np.bool_]
    pairs: Moments
    carts: Moments
    of_item: Moments

    @classmethod
    def of(cls, events: Events, n_items: int) -> Self:
        customer, item, time = events.customer.astype(np.int64), events.item.astype(np.int64), events.time
        cart = np.array([name in CARTS for name in events.names], np.bool_)[events.kind]
        key, one = customer * n_items + item, np.ones(len(time))
        pairs, carts = (Moments.of(key, time, weight) for weight in (one, cart.astype(np.float64)))
        return cls(n_items, customer, item, time, cart, pairs, carts, Moments.of(item, time, one))

    def features(self, asked: Snapshot, row: NDArray[np.int64], item: NDArray[np.int64]) -> Columns:
        """Of the candidates `item` of the queries `row`."""
        as_of, key = asked.as_of[row], asked.customers[row] * self.n_items + item
        return {
            "looks_short": self.pairs.between(key, as_of - SHORT, as_of),
            "looks_long": self.pairs.between(key, as_of - LONG, as_of),
            "carts_short": self.carts.between(key, as_of - SHORT, as_of),
            "carts_long": self.carts.between(key, as_of - LONG, as_of),
            "looked_ago": as_of - self.pairs.last_before(key, as_of),
            "item_looks_short": self.of_item.between(item, as_of - SHORT, as_of),
            "item_looks_long": self.of_item.between(item, as_of - LONG, as_of),
        }

    def source(self, asked: Snapshot, keep: int) -> Source:
        """What each asked customer looked at lately, halved every HALF_LIFE days."""
        row = np.full(int(max(self.customer.max(initial=-1), asked.customers.max(initial=-1))) + 1, -1, np.int64)
        row[asked.customers] = np.arange(len(asked))
        of = row[self.customer]
        age = np.where(of >= 0, asked.as_of[of], -np.inf) - self.time
        seen = np.flatnonzero((age > 0) & (age <= LONGEST))
        weight = np.exp2(-age[seen] / HALF_LIFE) * np.where(self.cart[seen], CART_WEIGHT, 1.0)
        shape = (len(asked), self.n_items)
        left = csr_matrix((weight.astype(np.float32), (of[seen], self.item[seen])), shape=shape)
        return Source("looked", keep, left, diagonal(self.n_items))
