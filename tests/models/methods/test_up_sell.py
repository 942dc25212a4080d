from __future__ import annotations

import numpy as np
import pytest

from models.methods import UpSell
from models.methods.up_sell import TIER_SOFTNESS
from models.reasons import Code
from tests.models.methods.shops import batch, related, shop_of, shown

STEPS = related({0: [(1, 0.5), (2, 0.4), (3, 0.3)]})
RATIO = np.zeros((8, 4), np.float32)
RATIO[0, :3] = [1.2, 1.5, 2.0]
TIER = np.array([0.1, 0.3, 0.5, 0.9, np.nan, np.nan, np.nan, np.nan], np.float32)


def method(customer_tier: list[float]) -> UpSell:
    arrays = STEPS | {"ratio": RATIO, "tier": TIER, "customer_tier": np.array(customer_tier, np.float32)}
    return UpSell.load(arrays, shop_of({}, {}))


def test_steps_above_the_customers_usual_tier_count_less() -> None:
    slots = method([0.2, 0.9]).candidates(batch([0, 1, -1], anchors=[[0], [0], [0]]), 10)
    plain = {1: 0.5, 2: 0.4, 3: 0.3}
    for row, usual in zip(slots, (0.2, 0.9, None), strict=True):
        expected = {
            item: score * (1 if usual is None else 2 ** -((max(TIER[item] - usual, 0) / TIER_SOFTNESS) ** 2))
            for item, score in plain.items()
        }
        filled = row[row["item"] >= 0]
        assert dict(zip(filled["item"].tolist(), filled["score"].tolist(), strict=True)) == pytest.approx(expected)
        assert filled["item"].tolist() == sorted(expected, key=lambda item: (-expected[item], item))


def test_a_customer_or_item_without_a_tier_loses_nothing() -> None:
    slots = method([np.nan]).candidates(batch([0], anchors=[[0]]), 10)
    assert slots["score"][0][slots["item"][0] >= 0].tolist() == pytest.approx([0.5, 0.4, 0.3])


def test_a_shop_without_customers_answers_too() -> None:
    assert shown(method([]).candidates(batch([-1], anchors=[[0]]), 10)) == [[1, 2, 3]]


def test_the_reason_names_the_anchor_and_the_step() -> None:
    asked = batch([-1], anchors=[[0]])
    slots = method([]).candidates(asked, 10).copy()
    chosen = slots["item"] >= 0
    method([]).explain(asked, slots, chosen)
    assert slots["evidence"][chosen].tolist() == [0, 0, 0]
    assert slots["n1"][chosen].tolist() == pytest.approx([1.2, 1.5, 2.0])
    assert set(slots["code"][chosen].tolist()) == {Code.TRADE_UP}
