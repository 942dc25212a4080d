from __future__ import annotations

import numpy as np

from models.methods.own_frequency import OwnFrequency
from models.reasons import Code
from models.slots import empty_slots
from tests.models.methods.shops import batch, shop_of, shown


def method() -> OwnFrequency:
    """Customer 0 bought tea (1) and coffee (4), customer 1 soap (2)."""
    arrays = {
        "indptr": np.array([0, 2, 3]),
        "items": np.array([1, 4, 2], np.int32),
        "scores": np.array([3.5, 4.25, 2.0], np.float32),
    }
    return OwnFrequency.load(arrays, shop_of({1: 4, 4: 5, 7: 1}, {2: 3}))


def test_what_was_bought_most_comes_first() -> None:
    assert shown(method().candidates(batch([0, 1, -1]), 10)) == [[4, 1], [2], []]
    assert method().candidates(batch([0]), 1)["score"].tolist() == [[4.25]]


def test_the_reason_is_how_many_orders_held_it_also_of_what_was_not_kept() -> None:
    slots = empty_slots(1, 2)
    slots["item"] = [[4, 7]]
    method().explain(batch([0]), slots, slots["item"] >= 0)
    assert slots[["code", "n1"]].tolist() == [[(Code.BOUGHT_BEFORE, 5.0), (Code.BOUGHT_BEFORE, 1.0)]]
