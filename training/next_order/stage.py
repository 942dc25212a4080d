"""Stage: all that one snapshot knows of the shop as a whole, and the candidates and features of its queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from training.next_order.features.category import category
from training.next_order.features.customer import customer, usually_back
from training.next_order.features.events import Looking
from training.next_order.features.items import Rates, items
from training.next_order.features.personal import personal
from training.next_order.features.price import Prices, price
from training.next_order.features.scores import Columns, scores
from training.next_order.features.timeless import timeless
from training.next_order.histories import Histories
from training.next_order.neighbours import Neighbours
from training.next_order.pool import Pool
from training.next_order.popularity import Popularity
from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings
from training.next_order.snapshot import Snapshot
from training.next_order.sources import sources
from training.next_order.transitions import Transitions

# Rows whose features are written at once.
BLOCK = 1_024


class Candidates(NamedTuple):
    """Kept candidates of some queries, ascending by `row` (query) and `item`; `features` (n, F) float32.

    `own`: what the customer had bought before; `bought`: what was bought next.
    """

    row: NDArray[np.int64]
    item: NDArray[np.int64]
    own: NDArray[np.bool_]
    bought: NDArray[np.bool_]
    features: NDArray[np.float32]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Learned from the visits that teach, and from nothing later."""

    purchases: Purchases
    settings: NextOrderSettings
    neighbours: Neighbours
    transitions: Transitions
    popularity: Popularity
    rates: Rates
    prices: Prices
    looking: Looking | None

    @classmethod
    def of(cls, purchases: Purchases, taught: NDArray[np.int64], settings: NextOrderSettings) -> Self:
        """`taught` (C,): how many visits of each customer teach."""
        known = Histories.of(purchases, np.arange(purchases.n_customers), taught)
        return cls(
            purchases=purchases,
            settings=settings,
            neighbours=Neighbours.of(purchases, taught, settings.seed),
            transitions=Transitions.of(known),
            popularity=Popularity.of(known),
            rates=Rates.of(known),
            prices=Prices.of(known),
            looking=Looking.of(purchases.events, purchases.n_items) if purchases.events is not None else None,
        )

    def pool(self, snapshot: Snapshot) -> Pool:
        """What each query may be answered with."""
        asked = Histories.of(self.purchases, snapshot.customers, snapshot.own)
        found = sources(asked, self.neighbours, self.transitions, self.settings)
        found += [self.looking.source(snapshot, self.settings.own)] if self.looking is not None else []
        return Pool.of(snapshot, found, self.popularity, self.settings.popular)

    def candidates(self, snapshot: Snapshot, pool: Pool | None = None, *, lesson: bool) -> Candidates:
        """Of all queries; of a lesson only what a ranker learns from. `pool`: of the snapshot, where it is known."""
        asked = Histories.of(self.purchases, snapshot.customers, snapshot.own)
        pool = self.pool(snapshot) if pool is None else pool
        bought = pool.bought(snapshot, self.purchases.n_items)
        kept = telling(pool, bought, self.settings.negatives) if lesson else np.arange(len(pool.row))
        columns = self._columns(asked, snapshot.as_of, pool, kept)
        if self.looking is not None:
            columns |= self.looking.features(snapshot, pool.row[kept], pool.item[kept])
        row, item = pool.row[kept], pool.item[kept]
        return Candidates(
            row, item, asked.find(row, item).found, bought[kept], _beside(columns, len(kept)), tuple(columns)
        )

    def _columns(self, asked: Histories, as_of: NDArray[np.float64], pool: Pool, kept: NDArray[np.int64]) -> Columns:
        row, item = pool.row[kept], pool.item[kept]
        back = usually_back(asked, as_of)
        columns = scores(pool, kept)
        columns |= personal(asked, back, self.rates, row, item)
        columns |= items(self.rates, self.popularity, as_of[row], item)
        columns |= customer(asked, back, row)
        for number, level in enumerate(self.purchases.levels):
            columns |= category(asked, back, level, f"category{number}", row, item)
        if self.purchases.priced:
            columns |= price(asked, as_of, self.prices, row, item)
        return timeless(columns) if self.purchases.dealt else columns


def _beside(columns: Columns, length: int) -> NDArray[np.float32]:
    """(length, columns): a few rows at a time, which stay at hand while column after column is written."""
    features = np.empty((length, len(columns)), np.float32)
    for start in range(0, length, BLOCK):
        rows = slice(start, start + BLOCK)
        for number, values in enumerate(columns.values()):
            features[rows, number] = values[rows]
    return features


def telling(pool: Pool, bought: NDArray[np.bool_], negatives: float) -> NDArray[np.int64]:
    """Queries of which a candidate was bought: what was bought, and a share of the rest, drawn by a hash of the pair.

    The draw does not look at the candidates: preferring those that score high would teach that high scores are bad.
    """
    useful = np.bincount(pool.row, bought, minlength=int(pool.row.max(initial=-1)) + 1)[pool.row] > 0
    row, item = pool.row.astype(np.uint64), pool.item.astype(np.uint64)
    mixed = (row * np.uint64(2654435761) + item * np.uint64(40503)) * np.uint64(0x9E3779B97F4A7C15)
    drawn = (mixed >> np.uint64(40)) < np.uint64(negatives * (1 << 24))
    return np.flatnonzero(useful & (bought | drawn))
