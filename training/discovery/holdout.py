"""Hold-outs: parts of the history that settings are judged by, never the purchases the bundle is evaluated on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.ragged import Ragged
from training.dataset import Dataset, OrderLines
from training.dealt import drawn_orders, last_orders
from training.methods.bought import capped
from training.methods.interest import interest

# At most this share of the history is held out: more would thin it so much that other settings win (heavier shrinkage).
SHARE = 0.1
LONGEST_DAYS = 28.0
# Where too few customers were new to anything in that time, so many times as much is looked at.
LONGER = (1, 2, 3)
# Fewer customers than this in the latest part decide nothing: random parts, several of them, ask more.
FEWEST = 100
# Until so many are asked, earlier cuts judge too: one month of a small shop is mostly chance.
ENOUGH_IN_TIME, MOST_CUTS = 1_500, 4
ENOUGH = 5_000
MOST_DRAWS = 4
MOST_CUSTOMERS = 6_000
# Larger shops are judged by a sample of their customers.
MOST_LINES = 700_000

IN_TIME = (
    "Learned from what was before the latest purchases, at most {share:.0%}, and judged by what was new in those; "
    "at {cuts} moments, each before the purchases of the one after it."
)
ORDERS_AT_RANDOM = "An order of each customer held out, drawn {draws} times, and judged by what was new in it."
AT_RANDOM = "A tenth of the distinct purchases held out at random, {draws} times, and judged by those."


@dataclass(frozen=True)
class Holdout:
    """`train`: what is learned from; `truth`: the items of each of `customers` (E,) that are new in the rest;

    `events`: what interest counts beside a purchase.
    """

    train: Dataset
    customers: NDArray[np.int64]
    truth: Ragged
    events: float = 0.0

    @cached_property
    def purchases(self) -> csr_matrix:
        return interest(self.train, self.events)

    def counting(self, events: float) -> Holdout:
        """The same where interest counts so much."""
        return replace(self, events=events)

    @cached_property
    def bought(self) -> csr_matrix:
        """0/1 (E, N): what the customers who are asked had bought."""
        return capped(self.purchases[self.customers])

    @classmethod
    def of(cls, train: Dataset, held: OrderLines, generator: np.random.Generator) -> Self:
        n_items = max(train.n_items, 1)
        owned = _keys(train.lines, n_items)
        new = np.setdiff1d(_keys(held, n_items), owned)
        known = np.unique(owned // n_items)
        if train.events is not None:
            known = np.union1d(known, train.events.customer)
        new = new[np.isin(new // n_items, known)]
        customers = np.unique(new // n_items)
        if len(customers) > MOST_CUSTOMERS:
            customers = np.sort(generator.choice(customers, MOST_CUSTOMERS, replace=False))
            new = new[np.isin(new // n_items, customers)]
        counts = np.unique(new // n_items, return_counts=True)[1]
        indptr = np.append(0, np.cumsum(counts)).astype(np.int64)
        return cls(train, customers, Ragged(indptr, (new % n_items).astype(np.int32)))


def hold_out(dataset: Dataset, seed: int) -> tuple[list[Holdout], str]:
    """Hold-outs that ask somebody, and one sentence on how they were made; none in a shop where nothing is new."""
    generator = np.random.default_rng(seed)
    dataset = _sampled(dataset, generator)
    if dataset.timed:
        for longer in LONGER:
            cuts = _in_time(dataset, longer, generator)
            if _asked(cuts) >= FEWEST:
                return cuts, IN_TIME.format(share=longer * SHARE, cuts=len(cuts))
    orders = not dataset.timed and dataset.orders_known
    draw = _order if orders else _random
    drawn = [draw(dataset, generator)]
    if orders and not len(drawn[0].customers):
        orders, draw = False, _random
        drawn = [draw(dataset, generator)]
    while drawn[0].truth.values.size and len(drawn) < MOST_DRAWS and len(drawn) * len(drawn[0].customers) < ENOUGH:
        drawn.append(draw(dataset, generator))
    protocol = ORDERS_AT_RANDOM if orders else AT_RANDOM
    return [each for each in drawn if len(each.customers)], protocol.format(draws=len(drawn))


def _in_time(dataset: Dataset, longer: int, generator: np.random.Generator) -> list[Holdout]:
    """The latest purchases, and those before them, and so on, until enough customers are asked."""
    cuts: list[Holdout] = []
    while dataset.timed and len(cuts) < MOST_CUTS and _asked(cuts) < ENOUGH_IN_TIME:
        cut = _latest(dataset, longer, generator)
        if cuts and not cut.train.timed:
            break  # of a single moment: what sells now and what always sold would be the same
        cuts.append(cut)
        dataset = cut.train
    return [cut for cut in cuts if len(cut.customers)]


def _asked(held: list[Holdout]) -> int:
    return sum(len(each.customers) for each in held)


def _latest(dataset: Dataset, longer: int, generator: np.random.Generator) -> Holdout:
    """Each customer's last orders where times are positions, else the last days; `longer` times as many as usual."""
    time = dataset.lines.time
    end = float(time.max())
    if dataset.unit == "order":
        cut = end + 1 - longer
    else:
        cut = max(float(np.quantile(time, 1 - longer * SHARE)), end - longer * LONGEST_DAYS)
    return Holdout.of(dataset.until(cut), dataset.lines.select(time >= cut), generator)


def _order(dataset: Dataset, generator: np.random.Generator) -> Holdout:
    """An order of every customer who has two, where nothing tells which was the last."""
    held = last_orders(dataset, drawn_orders(dataset, int(generator.integers(2**31))))
    return _without(dataset, held, generator)


def _random(dataset: Dataset, generator: np.random.Generator) -> Holdout:
    """Distinct pairs of customer and item; every customer keeps one."""
    keys = _keys(dataset.lines, max(dataset.n_items, 1))
    customer = keys // max(dataset.n_items, 1)
    draw = generator.random(len(keys))
    ranked = np.lexsort((draw, customer))
    kept = ranked[np.diff(customer[ranked], append=-1) != 0]
    held = draw < SHARE
    held[kept] = False
    lines = dataset.lines
    out = np.isin(lines.customer.astype(np.int64) * max(dataset.n_items, 1) + lines.item, keys[held])
    return _without(dataset, out & (lines.customer >= 0), generator)


def _without(dataset: Dataset, held: NDArray[np.bool_], generator: np.random.Generator) -> Holdout:
    """The `held` lines (n,) are what is asked for."""
    lines, events, n_items = dataset.lines, dataset.events, max(dataset.n_items, 1)
    if events is not None:
        # What was looked at on the way to a purchase would give it away.
        looked = events.customer.astype(np.int64) * n_items + events.item
        events = events.select(~np.isin(looked, _keys(lines.select(held), n_items)))
    return Holdout.of(replace(dataset, lines=lines.select(~held), events=events), lines.select(held), generator)


def _sampled(dataset: Dataset, generator: np.random.Generator) -> Dataset:
    """The lines of so many customers that the search is quick."""
    lines = dataset.lines
    if len(lines) <= MOST_LINES:
        return dataset
    chosen = np.append(generator.random(dataset.n_customers) < MOST_LINES / len(lines), False)
    events = dataset.events
    if events is not None:
        events = events.select(chosen[events.customer])
    return replace(dataset, lines=lines.select(chosen[lines.customer]), events=events)


def _keys(lines: OrderLines, n_items: int) -> NDArray[np.int64]:
    """Distinct customer x n_items + item of known customers, ascending."""
    keys = lines.customer.astype(np.int64) * n_items + lines.item
    distinct: NDArray[np.int64] = np.unique(keys[lines.customer >= 0])
    return distinct
