from __future__ import annotations

import math

import numpy as np
import pytest

from models.methods.repurchase import OWNED, Repurchase, now_features
from models.reasons import Code
from models.slots import empty_slots
from tests.models.methods.shops import batch, shop_of, shown

# base, age, interval, gap, count
TEA, COFFEE, SOAP = (0.5, 3.0, 10.0, 9.5, 4.0), (0.2, 12.0, 10.0, math.nan, 2.0), (-9e9, 1.0, 5.0, 5.0, 3.0)
WEIGHTS = [-0.3, 0.8, -0.2]


def method() -> Repurchase:
    """Customer 0 owns tea (1) and coffee (4), customer 1 soap (2)."""
    arrays = {
        "indptr": np.array([0, 2, 3]),
        "items": np.array([1, 4, 2], np.int32),
        "owned": np.array([TEA, COFFEE, SOAP], OWNED),
        "weights": np.array(WEIGHTS, np.float32),
    }
    return Repurchase.load(arrays, shop_of({1: 4, 4: 2, 7: 5}, {2: 3}))


def probability(owned: tuple[float, ...], elapsed: float) -> float:
    base, age, interval, _, _ = owned
    since = max(age + elapsed, 0.0)
    due = math.log(since / interval + 0.05)
    return 1 / (1 + math.exp(-(base + WEIGHTS[0] * math.log1p(since) + WEIGHTS[1] * due + WEIGHTS[2] * abs(due))))


@pytest.mark.parametrize("elapsed", [-50.0, 0.0, 4.0, 400.0])
def test_scores_are_the_probabilities_at_the_moment_asked_for(elapsed: float) -> None:
    slots = method().candidates(batch([0, -1], elapsed=elapsed), 10)
    found = dict(zip(slots["item"][0].tolist(), slots["score"][0].tolist(), strict=True))
    assert found == pytest.approx({1: probability(TEA, elapsed), 4: probability(COFFEE, elapsed)}, rel=1e-4)
    assert shown(slots)[1] == []


def test_the_hopeless_have_a_score_too() -> None:
    score = method().candidates(batch([1]), 10)["score"]
    assert np.isfinite(score).all()
    assert score[0, 0] < 1e-30


def test_reasons_tell_the_own_rhythm_else_the_orders() -> None:
    asked = batch([0, 1])
    slots = method().candidates(asked, 10).copy()
    method().explain(asked, slots, slots["item"] >= 0)
    told = {int(s["item"]): (int(s["code"]), float(s["n1"]), float(s["n2"])) for s in slots.ravel() if s["item"] >= 0}
    assert told == {1: (Code.BUY_AGAIN, 9.5, 3.0), 4: (Code.BOUGHT_BEFORE, 2.0, 0.0), 2: (Code.BUY_AGAIN, 5.0, 1.0)}


def test_an_item_that_was_not_kept_is_told_from_the_history() -> None:
    slots = empty_slots(1, 1)
    slots["item"] = 7
    method().explain(batch([0]), slots, slots["item"] >= 0)
    assert slots[["code", "n1", "n2"]].tolist() == [[(Code.BOUGHT_BEFORE, 5.0, 0.0)]]


def test_features_of_time_are_of_the_past_alone() -> None:
    """Before the last purchase no time has passed since it."""
    before, then = now_features(np.array([-3.0, 0.0]), np.array([7.0, 7.0]))
    assert before.tolist() == then.tolist()
