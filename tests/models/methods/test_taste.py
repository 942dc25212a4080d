"""ALS and iALS: they answer alike, only their names differ."""

from __future__ import annotations

import numpy as np
import pytest

from models.methods import ALS
from models.methods.ials import IALS
from models.methods.taste import EVIDENCE_ITEMS, FromTaste
from models.reasons import Code
from tests.models.methods.shops import N_ITEMS, batch, ranked, shop_of, shown

FACTORS = np.random.default_rng(0).normal(size=(N_ITEMS, 3)).astype(np.float32)


@pytest.mark.parametrize("kind", [ALS, IALS])
def test_evidence_is_the_item_bought_with_the_largest_product(kind: type[FromTaste]) -> None:
    bought = {1: 1, 4: 2, 6: 1}
    method = kind.load({"rows": ranked([0, 2, 3], [5]), "factors": FACTORS}, shop_of(bought, {}))
    asked = batch([0, 1])
    slots = method.candidates(asked, 10).copy()
    assert shown(slots) == [[0, 2, 3], [5]]
    method.explain(asked, slots, slots["item"] >= 0)
    for slot in slots[0]:
        products = {own: float(FACTORS[slot["item"]] @ FACTORS[own]) for own in bought}
        best = max(products, key=products.__getitem__)
        assert slot["evidence"] == (best if products[best] > 0 else -1)
        assert slot["code"] == Code.TASTE
    assert (slots["evidence"][1, 0], slots["code"][1, 0]) == (-1, Code.TASTE)


def test_an_item_is_no_evidence_for_itself() -> None:
    method = ALS.load({"rows": ranked([1]), "factors": np.ones((N_ITEMS, 1), np.float32)}, shop_of({1: 3}))
    slots = method.candidates(batch([0]), 1).copy()
    method.explain(batch([0]), slots, slots["item"] >= 0)
    assert slots["evidence"].tolist() == [[-1]]


def test_only_items_bought_most_often_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.methods.taste.EVIDENCE_ITEMS", 1)
    assert EVIDENCE_ITEMS > 1
    factors = np.zeros((N_ITEMS, 1), np.float32)
    factors[[0, 1, 2], 0] = [1.0, 5.0, 1.0]
    method = ALS.load({"rows": ranked([0]), "factors": factors}, shop_of({1: 1, 2: 9}))
    slots = method.candidates(batch([0]), 1).copy()
    method.explain(batch([0]), slots, slots["item"] >= 0)
    assert slots["evidence"].tolist() == [[2]]
