"""Trade-up: what only up-sell is asked: a random dearer item of the category as its floor, and its price steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.evaluation.facts import Facts
from training.evaluation.measure import Measured
from training.evaluation.metrics import Rows, Shown
from training.evaluation.tasks import Task


def random_dearer(task: Task, facts: Facts) -> Measured:
    """The expected figures of k dearer sellable items drawn from the anchor's category, without drawing them."""
    anchor, queries = task.batch.anchors.values, task.truth.items.queries()
    pool = _dearer(anchor, facts)
    wanted = task.truth.items.values
    drawable = facts.sellable[wanted] & (facts.category[wanted] == facts.category[anchor[queries]])
    drawable &= facts.price[wanted] > facts.price[anchor[queries]]
    good = np.bincount(queries, drawable, len(task))
    drawn = np.minimum(pool, task.k)
    missed = np.ones(len(task))
    for place in range(task.k):
        left = np.maximum(pool - place, 1)
        missed *= np.where(place < drawn, np.maximum(left - good, 0) / left, 1.0)
    expected = good * drawn / np.maximum(pool, 1)
    return Measured({f"hit@{task.k}": 1.0 - missed, f"precision@{task.k}": expected / task.k})


def price_steps(task: Task, shown: Shown, facts: Facts) -> Rows:
    """The mean price of the first k items shown over the price of the anchor."""
    price = facts.price[shown[:, : task.k]]
    counted = (shown[:, : task.k] >= 0) & np.isfinite(price)
    ratio = np.where(counted, price, 0.0) / facts.price[task.batch.anchors.values][:, None]
    return np.where(counted.any(axis=1), ratio.sum(axis=1) / np.maximum(counted.sum(axis=1), 1), np.nan)


def _dearer(anchor: NDArray[np.int32], facts: Facts) -> NDArray[np.int64]:
    """How many sellable items of each anchor's category cost more than it; 0 where its price is unknown."""
    levels, level = np.unique(facts.price, return_inverse=True)
    key = facts.category.astype(np.int64) * (len(levels) + 1) + level
    pool = np.sort(key[facts.sellable & np.isfinite(facts.price) & (facts.category >= 0)])
    above = np.searchsorted(pool, (facts.category[anchor].astype(np.int64) + 1) * (len(levels) + 1))
    known = np.isfinite(facts.price[anchor])
    return np.where(known, above - np.searchsorted(pool, key[anchor], side="right"), 0)
