"""A shop of a few items and customers as methods see it, made by hand."""

from __future__ import annotations

import numpy as np

from models.batch import Batch
from models.catalogue import Catalogue
from models.history import History
from models.methods import Shop
from models.ragged import Ragged
from models.slots import Slots, empty_slots

N_ITEMS = 8


def shop_of(*bought: dict[int, int]) -> Shop:
    """Customer c bought each item in so many orders."""
    lists = [sorted(own.items()) for own in bought]
    arrays = {
        "indptr": np.cumsum([0, *map(len, lists)]).astype(np.int64),
        "items": np.array([item for own in lists for item, _ in own], np.int32),
        "count": np.array([count for own in lists for _, count in own], np.float32),
        "age": np.zeros(sum(map(len, lists)), np.float32),
    }
    return Shop(Catalogue(N_ITEMS, {}, {}), History(arrays), "day", 100.0)


def batch(
    customers: list[int],
    *,
    anchors: list[list[int]] | None = None,
    recent: list[list[int]] | None = None,
    elapsed: float = 0.0,
) -> Batch:
    nothing: list[list[int]] = [[] for _ in customers]
    return Batch(
        np.array(customers, np.int32),
        Ragged.from_lists(anchors or nothing),
        Ragged.from_lists(recent or nothing),
        Ragged.from_lists(nothing),
        np.full(len(customers), elapsed, np.float32),
    )


def ranked(*rows: list[int]) -> Slots:
    """Ranked lists of the given items with scores that fall from 1."""
    slots = empty_slots(len(rows), max(map(len, rows)))
    for query, items in enumerate(rows):
        slots["item"][query, : len(items)] = items
        slots["score"][query, : len(items)] = 1.0 / np.arange(1, len(items) + 1)
    return slots


def related(lists: dict[int, list[tuple[int, float]]], width: int = 4) -> dict[str, np.ndarray]:
    """`items` and `scores` (N, width): the related items of each item, best first."""
    items = np.full((N_ITEMS, width), -1, np.int32)
    scores = np.zeros((N_ITEMS, width), np.float32)
    for item, near in lists.items():
        items[item, : len(near)] = [other for other, _ in near]
        scores[item, : len(near)] = [score for _, score in near]
    return {"items": items, "scores": scores}


def shown(slots: Slots) -> list[list[int]]:
    return [[item for item in row["item"].tolist() if item >= 0] for row in slots]
