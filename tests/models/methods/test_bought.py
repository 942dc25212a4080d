"""Item-kNN and ridge: they answer alike, only their names differ."""

from __future__ import annotations

import numpy as np
import pytest

from models.methods import METHOD_NUMBER, ItemKNN
from models.methods.bought import SESSION_NEIGHBOURS, FromBought
from models.methods.ridge import Ridge
from models.reasons import Code
from tests.models.methods.shops import batch, ranked, related, shop_of, shown

SIMILAR = related({0: [(1, 0.9), (2, 0.5)], 3: [(2, 0.7), (4, 0.2)], 5: [(0, 0.4), (3, 0.3), (6, 0.1)]})


@pytest.fixture(params=[ItemKNN, Ridge])
def method(request: pytest.FixtureRequest) -> FromBought:
    shop = shop_of({3: 1, 6: 2}, {0: 1})
    found: FromBought = request.param.load(SIMILAR | {"rows": ranked([5, 1], [7])}, shop)
    return found


def test_anchors_come_before_what_was_viewed_and_that_before_the_list(method: FromBought) -> None:
    asked = batch([0, 0, 0, -1], anchors=[[0, 3], [], [], []], recent=[[5], [3], [], [0]])
    slots = method.candidates(asked, 10)
    assert shown(slots) == [[2, 1, 4], [2, 4], [5, 1], [1, 2]]
    assert slots["score"][0, :3].tolist() == pytest.approx([1.2, 0.9, 0.2])


def test_slots_carry_the_number_of_their_own_method(method: FromBought) -> None:
    slots = method.candidates(batch([-1], anchors=[[0]]), 10)
    assert set(slots["method"][slots["item"] >= 0].tolist()) == {METHOD_NUMBER[method.name]}


def test_the_item_viewed_last_weighs_the_most(method: FromBought) -> None:
    slots = method.candidates(batch([-1], recent=[[3, 0]]), 10)[0]
    assert dict(zip(slots["item"].tolist(), slots["score"].tolist(), strict=True)) == pytest.approx(
        {2: 0.7 + 0.5 / 2, 1: 0.9 / 2, 4: 0.2}
    )
    assert set(slots["code"].tolist()) == {Code.BECAUSE_YOU_VIEWED}
    assert slots["evidence"][slots["item"] == 2].tolist() == [3]


def test_only_the_nearest_neighbours_of_what_was_viewed_count() -> None:
    width = SESSION_NEIGHBOURS + 5
    items = np.tile(np.arange(width, dtype=np.int32), (width, 1))
    scores = np.tile(np.linspace(1, 0.1, width, dtype=np.float32), (width, 1))
    found = ItemKNN({"items": items, "scores": scores}, shop_of({})).of_recent(batch([-1], recent=[[0, 1]]), 1_000)
    assert shown(found) == [list(range(SESSION_NEIGHBOURS))]


def test_an_anchor_is_named_as_similar_and_a_list_by_the_nearest_item_bought(method: FromBought) -> None:
    asked = batch([0, 0, 1], anchors=[[0, 3], [], []])
    slots = method.candidates(asked, 10).copy()
    method.explain(asked, slots, slots["item"] >= 0)
    assert slots["code"][0, :3].tolist() == [Code.SIMILAR] * 3
    assert slots["evidence"][0, :3].tolist() == [3, 0, 3]
    # Of item 5's neighbours 0, 3 and 6 customer 0 bought 3 and 6; nothing speaks for item 1 or 7.
    assert slots["code"][1, :2].tolist() == [Code.BECAUSE_YOU_BOUGHT] * 2
    assert slots["evidence"][1, :2].tolist() == [3, -1]
    assert slots["evidence"][2, 0] == -1
