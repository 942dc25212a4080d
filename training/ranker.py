"""Ranker, learning: one ranked list a customer for `for_you`, with the reason of every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.cut import below, cut
from models.explain import explain
from models.methods import METHOD_NUMBER
from models.methods.base import ranked_rows
from models.methods.looked_at import LookedAt
from models.model import Model
from models.neighbours import best_per_query
from models.reasons import Code
from models.slots import EMPTY, NO_ITEM, Slots, empty_slots

CHUNK = 4_096
# How much the first ranks of two lists count beside the later ones.
FUSION = 10.0
REPURCHASE, ITEM_KNN, POPULARITY = (METHOD_NUMBER[name] for name in ("repurchase", "item_knn", "popularity"))


def cascade(model: Model, names: Sequence[str], depth: int, lists: Mapping[str, Slots] | None = None) -> Slots:
    """The first method's items, then the next one's below them, SLOT (C, depth), with reasons.

    `lists`: rows (C, any) that are no method's own, by the name they have among `names`. Who has bought nothing and
    looked at nothing has no list of their own: the placement's fallback answers, and says so.
    """
    rows = empty_slots(model.shop.n_customers, depth)
    for customers in _chunks(len(rows)):
        batch = Batch.of_customers(customers)
        found, valid = empty_slots(len(batch), 0), np.zeros((len(batch), 0), np.bool_)
        for name in names:
            if lists is not None and name in lists:
                more = ranked_rows(lists[name], customers, depth)
            else:
                more = model.methods[name].candidates(batch, depth)
            found, valid = below(found, valid, more, more["item"] >= 0)
        chosen = cut(found, valid, depth)
        explain(model.methods, batch, chosen)
        strangers = model.shop.history.items.lengths_of(customers) == 0
        chosen[strangers & ~(chosen["method"] != POPULARITY).any(axis=1, where=chosen["item"] >= 0)] = EMPTY
        rows[customers] = chosen
    return rows


def above(model: Model, ranked: Slots, rows: Slots) -> Slots:
    """`ranked` SLOT (C, any), items and scores alone, with `rows` of a cascade below them; as deep as those."""
    merged = empty_slots(*rows.shape)
    for customers in _chunks(len(rows)):
        batch = Batch.of_customers(customers)
        best, rest = ranked[customers], rows[customers]
        _attribute(model, batch, best)
        merged[customers] = cut(*below(best, best["item"] >= 0, rest, rest["item"] >= 0), rows.shape[1])
    return merged


def fused(one: Slots, other: Slots) -> Slots:
    """Two lists of everyone, SLOT (C, depth) both, as one: by the sum of 1 / (FUSION + rank) (Cormack et al. 2009).

    Who has no list of the first kind has none.
    """
    listed = [np.nonzero((slots["item"] >= 0) & (one["item"][:, :1] >= 0)) for slots in (one, other)]
    row = np.concatenate([row for row, _ in listed])
    item = np.concatenate([slots["item"][at] for slots, at in zip((one, other), listed, strict=True)])
    score = np.concatenate([1.0 / (FUSION + 1.0 + place) for _, place in listed])
    key = row * (int(item.max(initial=0)) + 1) + item
    first, group = np.unique(key, return_index=True, return_inverse=True)[1:]
    total = np.bincount(group, score, len(first)).astype(np.float64)
    found = best_per_query(len(one), query=row[first], items=item[first], scores=total, depth=one.shape[1], method=0)
    merged = empty_slots(*one.shape)
    merged[:, : found.shape[1]] = found
    return merged


def _attribute(model: Model, batch: Batch, slots: Slots) -> None:
    """What speaks for an item: that it was bought before, or looked at, else the nearest item that was bought,

    else that many buy it.
    """
    owned = model.shop.history.positions(batch.customers, slots["item"]) >= 0
    slots["method"] = np.where(owned, REPURCHASE, ITEM_KNN)
    looked_at = model.methods.get(LookedAt.name)
    if isinstance(looked_at, LookedAt):
        slots["method"][looked_at.knows(batch.customers, slots["item"]) & ~owned] = METHOD_NUMBER[LookedAt.name]
    slots["code"] = Code.NONE
    explain(model.methods, batch, slots)
    untold = (slots["item"] >= 0) & (slots["method"] == ITEM_KNN) & (slots["evidence"] == NO_ITEM)
    slots["method"][untold] = POPULARITY
    slots["code"][untold] = Code.NONE
    explain(model.methods, batch, slots)
    slots[slots["item"] < 0] = EMPTY


def _chunks(customers: int) -> Iterator[NDArray[np.int32]]:
    for start in range(0, customers, CHUNK):
        yield np.arange(start, min(start + CHUNK, customers), dtype=np.int32)
