"""Snapshot: who is asked, when, what was known then, and (where it is a lesson) what was bought next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`customers` (Q,) ascending; `as_of` (Q,): the day each is asked, 0 in sequences; `own` (Q,) >= 1: how many of
    the customer's visits are known; `taught` (C,): how many visits of each customer teach of the shop as a whole.

    `wanted`: ascending keys query x n_items + item of what was bought next; empty where nobody knows.
    """

    customers: NDArray[np.int64]
    as_of: NDArray[np.float64]
    own: NDArray[np.int64]
    taught: NDArray[np.int64]
    wanted: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.customers)

    def digest(self, purchases: Purchases) -> str:
        """Of all that the candidates and features of this snapshot are made of, and of nothing later."""
        seen = self.taught.copy()
        seen[self.customers] = np.maximum(seen[self.customers], self.own)
        known = purchases.visit < seen[purchases.customer]
        columns: list[NDArray[Any]] = [purchases.customer, purchases.item, purchases.visit, purchases.time]
        columns += [purchases.quantity, purchases.price]
        sold = purchases.guest_time < self.as_of.max(initial=-np.inf)
        arrays: list[NDArray[Any]] = [self.customers, self.as_of, self.own, self.taught, self.wanted]
        arrays += [column[known] for column in columns]
        arrays += [purchases.guest_item[sold], purchases.guest_time[sold], *purchases.levels]
        if (events := purchases.events) is not None:
            looked = events.time < self.as_of.max(initial=-np.inf)
            arrays += [column[looked] for column in (events.customer, events.item, events.kind, events.time)]
        digest = hashlib.blake2b(
            f"{purchases.n_items} {purchases.sequence} {purchases.dealt} {purchases.priced}".encode()
        )
        for array in arrays:
            digest.update(f"{array.dtype.str} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
        return digest.hexdigest()

    def everybody(self) -> Snapshot:
        """All who were known at this moment, asked with all that taught."""
        customers = np.flatnonzero(self.taught >= 1)
        as_of = np.full(len(customers), self.as_of.max(initial=-np.inf))
        return Snapshot(customers, as_of, self.taught[customers], self.taught)

    def is_of(self, everybody: Snapshot) -> bool:
        """Whether each of those asked is asked as among everybody."""
        own = (self.own == self.taught[self.customers]).all()
        return bool(own and (self.as_of == everybody.as_of.max(initial=-np.inf)).all())

    def part(self, start: int, stop: int, n_items: int) -> Snapshot:
        """Some of the queries, numbered from 0 again."""
        low, high = np.searchsorted(self.wanted, [start * n_items, stop * n_items])
        wanted = self.wanted[low:high] - start * n_items
        return Snapshot(self.customers[start:stop], self.as_of[start:stop], self.own[start:stop], self.taught, wanted)


def lessons(purchases: Purchases, settings: NextOrderSettings) -> list[Snapshot]:
    """The snapshots to learn from, the latest first; none that nobody came back after."""
    if purchases.sequence or settings.labels == "visit":
        found = [before_visit(purchases, back) for back in range(1, settings.snapshots + 1)]
    else:
        first = purchases.end - settings.horizon_days
        cuts = [first - number * settings.spacing_days for number in range(settings.snapshots)]
        found = [at_cut(purchases, cut, settings) for cut in cuts]
    return [snapshot for snapshot in found if len(snapshot)]


def before_visit(purchases: Purchases, back: int) -> Snapshot:
    """Every customer on the day of the last visit but `back` - 1, which is what was bought next."""
    known = np.maximum(purchases.visits - back, 0)
    customers = np.flatnonzero(known >= 1)
    own = known[customers]
    as_of = purchases.visit_time[purchases.visit_start[customers] + own]
    return Snapshot(customers, as_of, own, known, _wanted(purchases, customers, own, own + 1))


def at_cut(purchases: Purchases, cut: float, settings: NextOrderSettings) -> Snapshot:
    """The whole shop on the day `cut`: what those who came back within the horizon then bought."""
    known = purchases.visits_before(cut)
    later = purchases.visits_before(cut + settings.horizon_days)
    customers = np.flatnonzero((known >= 1) & (later > known))
    own = known[customers]
    until = later[customers] if settings.labels == "window" else own + 1
    as_of = np.full(len(customers), cut)
    return Snapshot(customers, as_of, own, known, _wanted(purchases, customers, own, until))


def today(purchases: Purchases, among: NDArray[np.integer] | None = None) -> Snapshot:
    """Every customer with a history, at its end; of some alone where they are named, ascending."""
    customers = np.flatnonzero(purchases.visits >= 1)
    customers = customers if among is None else np.intersect1d(customers, among, assume_unique=True)
    own = purchases.visits[customers]
    return Snapshot(customers, np.full(len(customers), purchases.end), own, purchases.visits)


def sampled(snapshot: Snapshot, most: int, seed: int, n_items: int) -> Snapshot:
    """At most so many of the queries, drawn with the seed."""
    if len(snapshot) <= most:
        return snapshot
    drawn = np.sort(np.random.default_rng(seed).choice(len(snapshot), most, replace=False))
    place = np.full(len(snapshot), -1, np.int64)
    place[drawn] = np.arange(most)
    query, item = np.divmod(snapshot.wanted, n_items)
    kept = place[query] >= 0
    return Snapshot(
        snapshot.customers[drawn],
        snapshot.as_of[drawn],
        snapshot.own[drawn],
        snapshot.taught,
        place[query[kept]] * n_items + item[kept],
    )


def _wanted(
    purchases: Purchases, customers: NDArray[np.int64], first: NDArray[np.int64], until: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What each customer bought on the visits first .. until - 1."""
    query = np.full(purchases.n_customers, -1, np.int64)
    query[customers] = np.arange(len(customers))
    of = query[purchases.customer]
    chosen = np.flatnonzero(of >= 0)
    of, visit = of[chosen], purchases.visit[chosen]
    bought = (visit >= first[of]) & (visit < until[of])
    return np.unique(of[bought] * purchases.n_items + purchases.item[chosen[bought]])
