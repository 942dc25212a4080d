"""Category: what the customer buys of the candidate's category, whether that is due, and what was bought instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from training.next_order.features.scores import Columns
from training.next_order.histories import Histories
from training.next_order.runs import Runs

HALF_LIVES = (3.0, 15.0)
ITEM_HALF_LIFE = 8.0
# The interval of a category bought once.
USUAL_VISITS, USUAL_DAYS = 8.0, 60.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """One entry for each visit of a row with something of a category, ascending; all (S,) but `runs` of `key`.

    `key`: row x width + category; `visit_key`: with the visit beside it.
    """

    key: NDArray[np.int64]
    visit: NDArray[np.int64]
    visit_key: NDArray[np.int64]
    runs: Runs
    code: NDArray[np.int64]
    width: int
    span: int

    @classmethod
    def of(cls, asked: Histories, level: NDArray[np.int32]) -> Self:
        """Items of no category share one of their own."""
        code = level.astype(np.int64) + 1
        width, span = int(code.max(initial=0)) + 1, int(asked.visits.max(initial=0)) + 1
        visit_key = np.sort((asked.row * width + code[asked.item]) * span + asked.visit)
        visit_key = visit_key[np.diff(visit_key, prepend=-1) != 0]
        key, visit = np.divmod(visit_key, span)
        return cls(key, visit, visit_key, Runs.of(key), code, width, span)


def category(
    asked: Histories,
    as_of: NDArray[np.float64],
    level: NDArray[np.int32],
    name: str,
    row: NDArray[np.int64],
    item: NDArray[np.int64],
) -> Columns:
    """`level` (N,): the category of every item; columns are called after `name`."""
    shelf = Shelf.of(asked, level)
    columns = _visits(asked, shelf, row, item) | _choice(asked, shelf, row, item)
    if not asked.purchases.sequence:
        columns |= _days(asked, shelf, as_of, row, item)
    return {f"{name}_{column}": values for column, values in columns.items()}


def _visits(asked: Histories, shelf: Shelf, row: NDArray[np.int64], item: NDArray[np.int64]) -> Columns:
    runs = shelf.runs
    place = runs.find(row * shelf.width + shelf.code[item])
    ago = asked.visits[shelf.key // shelf.width] - 1 - shelf.visit
    interval = (shelf.visit[runs.last] - shelf.visit[runs.start] + USUAL_VISITS) / runs.size
    columns: Columns = {
        "count": place.of(runs.size),
        "rate": place.of(runs.size) / asked.visits[row],
        "since_visits": place.of(ago[runs.last], np.nan),
        "due_visits": place.of(ago[runs.last] / interval, np.nan),
    }
    for life in HALF_LIVES:
        columns[f"visits_{life:g}"] = place.of(runs.sum(np.exp2(-ago / life)))
    return columns


def _choice(asked: Histories, shelf: Shelf, row: NDArray[np.int64], item: NDArray[np.int64]) -> Columns:
    """The candidate's share of what the customer buys in its category, and visits there since it was last bought."""
    pairs, sought = asked.pairs, row * shelf.width + shelf.code[item]
    own, place = asked.find(row, item), shelf.runs.find(sought)
    strength = pairs.sum(asked.fading(ITEM_HALF_LIFE))
    of_pair = shelf.runs.find(asked.row[pairs.start] * shelf.width + shelf.code[asked.item[pairs.start]])
    total = np.bincount(of_pair.place, strength, len(shelf.runs.key))
    after = np.searchsorted(shelf.visit_key, sought * shelf.span + own.of(asked.visit[pairs.last]), side="right")
    instead = place.of(shelf.runs.last + 1) - after
    return {
        "share": own.of(strength) / np.maximum(place.of(total), 1e-9),
        "instead": np.where(own.found, instead, np.nan),
    }


def _days(
    asked: Histories, shelf: Shelf, as_of: NDArray[np.float64], row: NDArray[np.int64], item: NDArray[np.int64]
) -> Columns:
    purchases, runs = asked.purchases, shelf.runs
    place = runs.find(row * shelf.width + shelf.code[item])
    start = purchases.visit_start[asked.customers[shelf.key // shelf.width]]
    time = purchases.visit_time[start + shelf.visit]
    since = as_of[row] - place.of(time[runs.last], np.nan)
    interval = (time[runs.last] - time[runs.start] + USUAL_DAYS) / runs.size
    return {"since_days": since, "due_days": since / place.of(interval, np.nan)}
