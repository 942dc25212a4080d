"""Interest: what customers looked at and did not buy, beside what they bought; each kind of event weighed by what

it foretells: how often a first purchase of the item follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.dataset import Dataset, Events

# How much likelier than after a view a purchase is after other events, where a shop has told little; and names that
# say nothing of wanting the item are not here.
USUAL = {
    "product_viewed": 1.0,
    "product_clicked": 1.0,
    "recommendation_clicked": 1.0,
    "product_shared": 1.5,
    "product_added_to_wishlist": 2.0,
    "product_added": 4.0,
}
# Events that this is worth, and the share of views that a purchase usually follows.
SHRINKAGE, USUAL_SHARE = 50.0, 0.03
# A purchase within so many days may follow from an event; interest halves in that time, and is forgotten later.
WITHIN_DAYS, HALF_LIFE, LONGEST_DAYS = 28.0, 14.0, 90.0


class Looks(NamedTuple):
    """Distinct pairs of customer and item looked at and not bought since, ascending; all (P,).

    `strength` 0..1: of the last LONGEST_DAYS; `times`: how many events.
    """

    customer: NDArray[np.int32]
    item: NDArray[np.int32]
    strength: NDArray[np.float32]
    times: NDArray[np.float32]


def interest(dataset: Dataset, events: float) -> csr_matrix:
    """As Dataset.purchases(), and `events` (0..1) x the strength of interest for what was looked at alone. (C, N)"""
    purchases = dataset.purchases()
    if not events or dataset.events is None:
        return purchases
    found = looks(dataset)
    values = (events * found.strength).astype(np.float32)
    looked = csr_matrix((values, (found.customer, found.item)), shape=purchases.shape)
    both = (purchases + looked).tocsr()
    both.sort_indices()
    return both


def looks(dataset: Dataset) -> Looks:
    """What each customer looked at lately and never bought."""
    events = _telling(dataset.events)
    if events is None or not len(events):
        none = np.empty(0, np.int32)
        return Looks(none, none, none.astype(np.float32), none.astype(np.float32))
    age = np.maximum(dataset.reference - events.time, 0.0)
    keys = _keys(dataset, events.customer, events.item)
    lately = np.flatnonzero((age <= LONGEST_DAYS) & ~np.isin(keys, _bought(dataset)))
    weight = Weights.of(dataset, events).of_kind[events.kind] * np.exp2(-age / HALF_LIFE)
    pair, place = np.unique(keys[lately], return_inverse=True)
    total = np.bincount(place, weight[lately], len(pair))
    customer, item = np.divmod(pair, max(dataset.n_items, 1))
    times = np.bincount(place, minlength=len(pair)).astype(np.float32)
    strength = np.minimum(1.0 - np.exp(-total), 0.999).astype(np.float32)
    return Looks(customer.astype(np.int32), item.astype(np.int32), strength, times)


@dataclass(frozen=True, slots=True)
class Weights:
    """`of_kind` (names,): what one event of today tells, the most telling kind being 1."""

    of_kind: NDArray[np.float64]

    @classmethod
    def of(cls, dataset: Dataset, events: Events) -> Self:
        """The share of each kind's events that a first purchase of the item followed, shrunk to what is usual."""
        followed = _followed(dataset, events)
        count = np.bincount(events.kind, minlength=len(events.names))
        usual = USUAL_SHARE * np.array([USUAL.get(name, 0.0) for name in events.names])
        share = (np.bincount(events.kind, followed, len(events.names)) + SHRINKAGE * usual) / (count + SHRINKAGE)
        share = np.where(usual > 0, share, 0.0)
        return cls(share / max(share.max(initial=0.0), 1e-9))


def _telling(events: Events | None) -> Events | None:
    """Events whose name says that an item may be wanted."""
    if events is None:
        return None
    known = np.array([name in USUAL for name in events.names], np.bool_)
    return events.select(known[events.kind]) if len(events) else events


def _followed(dataset: Dataset, events: Events) -> NDArray[np.bool_]:
    """Whether the customer's first purchase of the item came after the event, and soon."""
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    keys = _keys(dataset, lines.customer, lines.item)
    order = np.lexsort((lines.time, keys))
    first = order[np.diff(keys[order], prepend=-1) != 0]
    pair, time = keys[first], lines.time[first]
    wanted = _keys(dataset, events.customer, events.item)
    place = np.minimum(np.searchsorted(pair, wanted), max(len(pair) - 1, 0))
    if not len(pair):
        return np.zeros(len(events), np.bool_)
    gap = time[place] - events.time
    followed: NDArray[np.bool_] = (pair[place] == wanted) & (gap > 0) & (gap <= WITHIN_DAYS)
    return followed


def _bought(dataset: Dataset) -> NDArray[np.int64]:
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    return _keys(dataset, lines.customer, lines.item)


def _keys(dataset: Dataset, customer: NDArray[np.int32], item: NDArray[np.int32]) -> NDArray[np.int64]:
    return customer.astype(np.int64) * max(dataset.n_items, 1) + item
