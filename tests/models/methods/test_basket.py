from __future__ import annotations

import numpy as np
import pytest

from models.methods import METHOD_NUMBER, Basket
from models.reasons import Code
from tests.models.methods.shops import batch, related, shop_of, shown

TOGETHER = related({0: [(1, 0.5), (2, 0.4)], 3: [(2, 0.3), (4, 0.2)]})
ORDERS = np.zeros((8, 4), np.int32)
ORDERS[0, :2], ORDERS[3, :2] = [41, 9], [7, 3]


def method(own: dict[int, float] | None = None) -> Basket:
    """`own`: what customer 0 usually buys."""
    habits = own or {}
    arrays = TOGETHER | {
        "orders": ORDERS,
        "own_indptr": np.array([0, len(habits)]),
        "own_items": np.array(list(habits), np.int32),
        "own_scores": np.array(list(habits.values()), np.float32),
    }
    return Basket.load(arrays, shop_of({6: 1}))


def test_complements_of_a_cart_are_summed_and_name_the_item_that_gave_most_with_its_orders() -> None:
    asked = batch([-1], anchors=[[0, 3]])
    slots = method().candidates(asked, 10).copy()
    assert shown(slots) == [[2, 1, 4]]
    assert slots["score"][0].tolist() == pytest.approx([0.7, 0.5, 0.2])
    method().explain(asked, slots, slots["item"] >= 0)
    assert slots["evidence"][0].tolist() == [0, 0, 3]
    assert slots["n1"][0].tolist() == [9, 41, 3]
    assert set(slots["code"][0].tolist()) == {Code.BOUGHT_TOGETHER}


def test_habits_complete_a_basket_and_leave_their_reason_to_repurchase() -> None:
    slots = method({6: 0.6, 4: 0.1, 1: 0.9}).candidates(batch([0, -1], anchors=[[0, 3], [0, 3]]), 10)
    assert shown(slots) == [[1, 2, 6, 4], [2, 1, 4]]
    assert slots["score"][0, :4].tolist() == pytest.approx([1.4, 0.7, 0.6, 0.3])
    names = {number: name for name, number in METHOD_NUMBER.items()}
    assert [names[number] for number in slots["method"][0, :4].tolist()] == [
        "repurchase",
        "basket",
        "repurchase",
        "basket",
    ]


def test_habits_alone_answer_nothing() -> None:
    assert shown(method({6: 0.6}).candidates(batch([0], anchors=[[]]), 10)) == [[]]


def test_no_more_than_the_depth_is_given() -> None:
    assert shown(method({6: 0.6}).candidates(batch([0], anchors=[[0, 3]]), 2)) == [[2, 6]]
