"""Sources: the ways to score items for a customer from which candidates are drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.next_order.histories import Histories
from training.next_order.neighbours import Neighbours, strongest_shares
from training.next_order.settings import NextOrderSettings
from training.next_order.transitions import Transitions
from training.sparse import diagonal, product_at, product_top_k

# Visits after which a purchase counts half: for habits, for what leads to the next visit, for what leads anywhere.
HABIT_HALF_LIFE = 5.0
LATEST_HALF_LIFE = 0.5
LONG_HALF_LIFE = 25.0


class Source(NamedTuple):
    """The scores (asked, N) are left @ right; `keep`: how many of each row's best are candidates."""

    name: str
    keep: int
    left: csr_matrix
    right: csr_matrix

    def best(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of row and item."""
        items, _ = product_top_k(self.left, self.right, self.keep)
        row, place = np.nonzero(items >= 0)
        return row, items[row, place].astype(np.int64)

    def at(self, row: NDArray[np.int64], item: NDArray[np.int64]) -> NDArray[np.float32]:
        return product_at(self.left, self.right, row, item)


def sources(
    asked: Histories, neighbours: Neighbours, transitions: Transitions, settings: NextOrderSettings
) -> list[Source]:
    """All of them for the customers asked: own habits, alike customers, and items related to one's own."""
    itself = diagonal(asked.purchases.n_items)
    habits, latest, long = (asked.faded(life) for life in (HABIT_HALF_LIFE, LATEST_HALF_LIFE, LONG_HALF_LIFE))
    held = strongest_shares(habits)
    products = {
        "own": (habits, itself),
        "own_long": (long, itself),
        **neighbours.votes(asked),
        "same": (held, transitions.same),
        "following": (strongest_shares(latest), transitions.following),
        "shared": (strongest_shares(long), transitions.shared),
    }
    keep = {"own": settings.own, "own_long": settings.own}
    return [Source(name, keep.get(name, settings.explore), *product) for name, product in products.items()]
