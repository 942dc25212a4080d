from __future__ import annotations

import numpy as np
import pytest

from models.batch import Batch
from models.eligibility import Eligibility, Eligible
from models.lists import LIST_NAMES, LIST_OF_CODE, SHOP_LISTS, PresortedLists
from models.model import Model
from models.ragged import Ragged
from models.reasons import CODES
from tests.engines import learned


def ready(preset: str) -> tuple[PresortedLists, Eligible, Model]:
    known = learned(preset)
    eligible = Eligibility(known.model.shop.catalogue, {}).of((), anchor=None, customer=None, as_of=0.0)
    return PresortedLists(known.model), eligible, known.model


def test_every_list_has_a_code_of_its_name() -> None:
    assert set(LIST_OF_CODE.values()) == set(LIST_NAMES)
    assert {CODES[code].key for code in LIST_OF_CODE} == {"popular", "trending", "new_arrival", "popular_in_category"}


@pytest.mark.parametrize("preset", ["grocery", "variants", "no_catalogue"])
@pytest.mark.parametrize("name", sorted(SHOP_LISTS))
def test_a_list_of_the_shop_is_the_same_for_everybody_and_holds_what_may_be_shown(preset: str, name: str) -> None:
    lists, eligible, model = ready(preset)
    learnt = learned(preset).arrays[f"methods/popularity/{name}"]
    expected = learnt[eligible.picks(learnt) >= 0]
    slots = lists.slots(name, Batch.of_customers(np.array([0, -1], np.int32)), eligible, 7)
    for row in slots:
        assert row["item"].tolist() == expected[:7].tolist()
        assert (np.diff(row["score"]) < 0).all()
        assert set(row["code"].tolist()) <= {SHOP_LISTS[name]}
    buyers = learned(preset).arrays["methods/popularity/customers"]
    np.testing.assert_array_equal(slots[0]["n1"], buyers[slots[0]["item"]])
    assert len(model.items) == len(buyers)


def test_a_category_list_goes_from_the_anchors_type_up_the_tree() -> None:
    lists, eligible, model = ready("grocery")
    column = model.shop.catalogue.columns["category"]
    popular = learned("grocery").arrays["methods/popularity/popular"]
    popular = popular[eligible.picks(popular) >= 0].tolist()
    anchor = popular[10]
    expected: list[int] = []
    node = int(column.codes[anchor])
    while node >= 0:
        below = [row for row in popular if node <= column.codes[row] < column.end[node]]
        expected += [row for row in below if row not in expected]
        node = int(column.parent[node])
    batch = Batch.of_anchors(Ragged.from_lists([[anchor, popular[0]], [], [popular[0]]]))
    slots = lists.slots("popular_in_category", batch, eligible, 30)
    assert slots["item"][0][slots["item"][0] >= 0].tolist() == expected[:30]
    assert (slots["item"][1] == -1).all()
    assert slots["item"][2, 0] != slots["item"][0, 0]


def test_without_categories_no_category_list_says_anything() -> None:
    lists, eligible, _ = ready("no_catalogue")
    batch = Batch.of_anchors(Ragged.from_lists([[1]]))
    assert not (lists.slots("popular_in_category", batch, eligible, 5)["item"] >= 0).any()


def test_a_bundle_without_popularity_is_refused() -> None:
    model = learned("grocery").model
    other = object.__new__(Model)
    other.__dict__ |= model.__dict__ | {"methods": {"popularity": model.methods["als"]}}
    with pytest.raises(TypeError, match="popularity"):
        PresortedLists(other)
