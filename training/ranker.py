"""Ranker, learning: one ranked list a customer for `for_you`, from the candidates of several methods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.cut import below, cut
from models.explain import explain
from models.model import Model
from models.slots import EMPTY, Slots, empty_slots

CHUNK = 4_096


def cascade(model: Model, methods: Sequence[str], depth: int) -> Slots:
    """The first method's items, then the next one's below them, SLOT (C, depth), with reasons.

    Who has bought nothing has no list of their own: the placement's fallback answers, and says so.
    """
    rows = empty_slots(model.shop.n_customers, depth)
    for start in range(0, len(rows), CHUNK):
        customers = np.arange(start, min(start + CHUNK, len(rows)), dtype=np.int32)
        rows[customers] = _cascade(model, methods, customers, depth)
    return rows


def _cascade(model: Model, methods: Sequence[str], customers: NDArray[np.int32], depth: int) -> Slots:
    batch = Batch.of_customers(customers)
    found, valid = empty_slots(len(batch), 0), np.zeros((len(batch), 0), np.bool_)
    for name in methods:
        more = model.methods[name].candidates(batch, depth)
        found, valid = below(found, valid, more, more["item"] >= 0)
    chosen = cut(found, valid, depth)
    explain(model.methods, batch, chosen)
    chosen[model.shop.history.items.lengths_of(customers) == 0] = EMPTY
    return chosen
