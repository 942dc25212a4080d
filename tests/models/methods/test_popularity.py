from __future__ import annotations

import numpy as np

from models.methods import Popularity
from models.reasons import Code
from tests.models.methods.shops import batch, shop_of, shown

ARRAYS = {
    "popular": np.array([3, 0, 2, 1], np.int32),
    "trending": np.array([2, 3], np.int32),
    "new_arrivals": np.array([1], np.int32),
    "score": np.array([4, 1, 2, 9, 0, 0, 0, 0], np.float32),
    "customers": np.array([30, 10, 20, 90, 0, 0, 0, 0], np.float32),
}
BY_CATEGORY = {"category_indptr": np.array([0, 3, 4]), "category_items": np.array([3, 0, 1, 2], np.int32)}


def test_everybody_gets_the_best_sellers() -> None:
    slots = Popularity.load(ARRAYS, shop_of({})).candidates(batch([0, -1]), 3)
    assert shown(slots) == [[3, 0, 2], [3, 0, 2]]
    assert slots["score"].tolist() == [[9, 4, 2], [9, 4, 2]]


def test_the_reason_counts_customers() -> None:
    method = Popularity.load(ARRAYS, shop_of({}))
    slots = method.candidates(batch([0]), 3).copy()
    method.explain(batch([0]), slots, slots["item"] >= 0)
    assert slots["n1"].tolist() == [[90, 30, 20]]
    assert set(slots["code"].ravel().tolist()) == {Code.POPULAR}


def test_categories_have_lists_of_their_own_where_there_are_categories() -> None:
    method = Popularity.load(ARRAYS | BY_CATEGORY, shop_of({}))
    assert [method.category(node).tolist() for node in (0, 1)] == [[3, 0, 1], [2]]
    assert Popularity.load(ARRAYS, shop_of({})).category(0).tolist() == []
