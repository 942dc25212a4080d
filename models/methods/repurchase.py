"""Repurchase, answering: what the customer buys again and again, the sooner the more it is due."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.catalogue import Arrays
from models.history import History
from models.methods.base import METHOD_NUMBER, Shop
from models.neighbours import best_per_query
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots

# One item of one customer, as the learning half stores it; times in the shop's unit.
OWNED = np.dtype(
    [
        ("base", "<f4"),  # the logit of buying it again soon, but for what moves with time
        ("age", "<f4"),  # reference time minus the last purchase
        ("interval", "<f4"),  # expected time between purchases, shrunk to the item's and the shop's
        ("gap", "<f4"),  # the customer's own mean time between purchases, NaN below three purchases
        ("count", "<f4"),  # orders that held it
    ]
)

# Columns of now_features.
NOW_FEATURES = 3
# Beyond it a probability is 0 or 1, and its exponential not a float32.
LARGEST_LOGIT = 80.0


class Repurchase:
    """`indptr` int64 (C + 1), `items` int32: each customer's strongest items, ascending; `owned` OWNED beside them;

    `weights` float32 (3,): of the features that move with time. A score is the probability of buying again soon.
    """

    name: ClassVar[str] = "repurchase"

    def __init__(self, arrays: Arrays, history: History) -> None:
        self._history = history
        self._owned = arrays["owned"]
        self._items = Ragged(arrays["indptr"], arrays["items"])
        self._weights: NDArray[np.float32] = arrays["weights"]

    @classmethod
    def load(cls, arrays: Arrays, shop: Shop) -> Self:
        return cls(arrays, shop.history)

    def candidates(self, batch: Batch, depth: int) -> Slots:
        spans = self._items.spans(batch.customers)
        owned, query = self._owned[spans.values], spans.queries()
        now = now_features(owned["age"] + batch.elapsed[query], owned["interval"])
        return best_per_query(
            len(batch),
            query=query,
            items=self._items.values[spans.values],
            # No matrix product: its rounding depends on how many rows there are, and one query is one of a batch.
            scores=_sigmoid(owned["base"] + (now * self._weights).sum(axis=1)),
            depth=depth,
            method=METHOD_NUMBER[self.name],
        )

    def explain(self, batch: Batch, slots: Slots, chosen: NDArray[np.bool_]) -> None:
        """Any item of the history, those beyond the strongest included."""
        place = self._items.find(batch.customers, slots["item"])[chosen]
        bought = self._history.positions(batch.customers, slots["item"])[chosen]
        owned = self._owned[place]
        regular = (place >= 0) & np.isfinite(owned["gap"])
        slots["code"][chosen] = np.where(regular, Code.BUY_AGAIN, Code.BOUGHT_BEFORE)
        slots["n1"][chosen] = np.where(regular, owned["gap"], self._history.count[bought])
        slots["n2"][chosen] = np.where(regular, owned["age"], 0.0)


def _sigmoid(logit: NDArray[np.floating]) -> NDArray[np.floating]:
    score: NDArray[np.floating] = 1.0 / (1.0 + np.exp(-logit.clip(-LARGEST_LOGIT, LARGEST_LOGIT)))
    return score


def now_features(age: NDArray[np.floating], interval: NDArray[np.floating]) -> NDArray[np.floating]:
    """What moves with time, (P, 3): the time since the last purchase, and how far that is before or past the usual."""
    since = np.maximum(age, 0.0)
    due = np.log(since / interval + 0.05)
    return np.stack([np.log1p(since), due, np.abs(due)], axis=1)
