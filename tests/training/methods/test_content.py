from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from models.batch import Batch
from models.methods.content import BRAND, CATEGORY, PRICE, WORDS
from models.methods.content import Content as Answering
from models.reasons import Code
from tests.engines import learned
from tests.shops import Plan, Shop, make_shop
from training.dataset import Dataset
from training.learning import draft, method_arrays, shop_arrays
from training.methods import content
from training.methods.bought import capped
from training.methods.content import USUAL, Alike, Content, learned_weights, merged
from training.methods.description import Description, price_alike

CATALOGUE = [
    {"item_id": "a", "category": "Food > Tea", "brand": "Alba", "title": "Green tea leaves", "price": 2.0},
    {"item_id": "b", "category": "Food > Tea", "brand": "Alba", "title": "Black tea", "price": 2.2},
    {"item_id": "c", "category": "Food > Tea", "brand": "Benedikt", "title": "Green pot", "price": 20.0},
    {"item_id": "d", "category": "Food > Bread", "brand": "Benedikt", "title": "Rye loaf", "price": 2.0},
    {"item_id": "e", "category": "Tools", "brand": None, "title": "Hammer", "price": None},
    {"item_id": "f", "category": None, "brand": None, "title": None, "price": None},
]


@cache
def described() -> Dataset:
    """Six items, of which customers bought a, d and e."""
    lines = [("u", "a"), ("u", "d"), ("v", "a"), ("v", "e")]
    bought = pl.DataFrame([{"customer_id": customer, "item_id": item} for customer, item in lines])
    return Shop(bought, pl.DataFrame(CATALOGUE)).dataset


def test_items_are_described_by_rare_categories_brands_and_words() -> None:
    found = Description.of(described())
    alike = found.alike(np.array([0, 0, 0, 0, 0]), np.array([1, 2, 3, 4, 5]))
    category, brand, words, price = alike.T
    assert category.tolist() == sorted(category, reverse=True)
    assert category[0] == category[1] == pytest.approx(1.0)
    assert 0 < category[2] < 1
    assert brand.tolist() == pytest.approx([1, 0, 0, 0, 0])
    assert words[1] == pytest.approx(0.707, abs=0.1)  # green, of green and tea; leaves stands in no other title
    assert price.tolist() == pytest.approx([np.exp(-np.log(1.1) / 0.5), np.exp(-np.log(10) / 0.5), 1, 0, 0], abs=1e-6)


@pytest.mark.parametrize("preset", ["grocery", "variants", "no_prices", "no_catalogue"])
def test_nearest_items_are_those_of_the_weighted_sum_over_all_pairs(preset: str) -> None:
    dataset = learned(preset).dataset
    alike = Alike.of(dataset, seed=0)
    size = dataset.n_items
    first, second = (each.ravel() for each in np.indices((size, size)))
    whole = alike.description.alike(first, second) @ alike.weights
    named = alike.description.alike(first, second)[:, :3] @ alike.weights[:3]
    expected = np.where(named > 0, whole, 0.0).reshape(size, size)
    np.fill_diagonal(expected, 0.0)
    items, scores = alike.nearest(np.arange(size), np.ones(size, np.bool_), size)
    for row, (near, values) in enumerate(zip(items, scores, strict=True)):
        assert values == pytest.approx(-np.sort(-expected[row])[: len(values)], abs=1e-4)
        assert (near >= 0).sum() == (expected[row] > 0).sum()
        assert expected[row, near[near >= 0]] == pytest.approx(values[near >= 0], abs=1e-4)


def test_what_so_many_items_share_that_it_takes_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    whole = Alike.of(dataset, seed=0).columns
    monkeypatch.setattr(content, "WORK", 4_000.0)
    rare = Alike.of(dataset, seed=0).columns
    holders = np.bincount(whole.indices, minlength=whole.shape[1])
    kept = np.bincount(rare.indices, minlength=whole.shape[1])
    assert 0 < rare.nnz < whole.nnz
    assert holders[kept > 0].max() < holders[(kept == 0) & (holders > 0)].min()
    assert (holders[kept > 0].astype(float) ** 2).sum() <= 4_000


def test_half_of_the_neighbours_were_bought() -> None:
    """Only these speak for an item to a customer, however many others are more alike."""
    lines = pl.DataFrame([{"customer_id": "u", "item_id": f"sold {n}"} for n in range(4)])
    catalogue = [{"item_id": f"new {n:02d}", "category": "A > B", "brand": "Alba"} for n in range(30)]
    catalogue += [{"item_id": f"sold {n}", "category": "A > B"} for n in range(4)]
    dataset = Shop(lines, pl.DataFrame(catalogue)).dataset
    found = Content(neighbours=8).fit(dataset)
    sold = dataset.items.rows([f"sold {n}" for n in range(4)], missing=-1)
    for new in dataset.items.rows([f"new {n:02d}" for n in range(30)], missing=-1).tolist():
        assert set(sold.tolist()) <= set(found.scorer_.items[new].tolist())
    listed = found.rows_["item"][0]
    assert not np.isin(listed, sold).any()
    assert (listed >= 0).sum() == 30


def test_two_lists_are_one_without_an_item_twice() -> None:
    first = np.array([[3, 1, -1]], np.int32), np.array([[5, 2, 0]], np.float32)
    second = np.array([[1, 7, -1]], np.int32), np.array([[2, 3, 0]], np.float32)
    items, scores = merged(first, second)
    assert items.tolist() == [[3, 7, 1, -1, -1, -1]]
    assert scores.tolist() == [[5, 3, 2, 0, 0, 0]]


def test_what_tells_of_common_buyers_weighs_most() -> None:
    """In the synthetic shops customers love types, and a brand is a tier that all of them buy alike."""
    dataset = make_shop(Plan(customers=300, repeats=False, seed=3)).dataset
    weights = learned_weights(Description.of(dataset), capped(dataset.purchases()), 0)
    assert weights[0] > 3 * weights[1]
    assert (weights >= 0).all()


def test_a_shop_that_says_nothing_has_the_usual_weights() -> None:
    for preset in ("no_catalogue", "untimed"):
        dataset = learned(preset).dataset
        assert learned_weights(Description.of(dataset), capped(dataset.purchases()), 0) is USUAL


def test_prices_unknown_are_not_alike() -> None:
    assert price_alike(np.array([1.0, np.nan, 1.0]), np.array([1.0, 1.0, np.nan])).tolist() == [1.0, 0.0, 0.0]


def test_a_reason_says_what_both_items_have() -> None:
    dataset = described()
    popularity = method_arrays("popularity", {}, dataset)
    model = draft(shop_arrays(dataset) | popularity | method_arrays("content", {}, dataset), dataset)
    method = model.methods["content"]
    assert isinstance(method, Answering)
    a, b, c = (dataset.items.row(each, missing=-1) for each in "abc")
    near = method.shared(np.array([b, c, a], np.int32), np.array([a, a, -1], np.int32))
    assert near.tolist() == [CATEGORY + BRAND + PRICE + WORDS, CATEGORY + WORDS, 0]


@pytest.mark.parametrize("preset", ["grocery", "books", "variants", "tiny"])
def test_reasons_can_be_looked_up_in_the_catalogue(preset: str) -> None:
    shop = learned(preset)
    catalogue, history = shop.model.shop.catalogue, shop.model.shop.history
    learner = Content().fit(shop.dataset)
    method = Answering(learner.arrays(), shop.model.shop)
    batch = Batch.of_customers(np.arange(shop.dataset.n_customers, dtype=np.int32))
    slots = method.candidates(batch, 10).copy()
    method.explain(batch, slots, slots["item"] >= 0)
    row, place = np.nonzero(slots["item"] >= 0)
    assert len(row)
    told = slots[row, place]
    assert set(told["code"].tolist()) == {Code.ALIKE_BOUGHT}
    assert (history.positions(batch.customers, slots["evidence"])[row, place] >= 0).all()
    category, brand = (catalogue.columns[name].codes for name in ("category", "brand"))
    shared = told["n1"].astype(int)
    for number, codes in ((CATEGORY, category), (BRAND, brand)):
        same = (codes[told["item"]] == codes[told["evidence"]]) & (codes[told["item"]] >= 0)
        told_of = shared & number > 0
        # Of variants, any of which may be shown, only what all of them have is told.
        assert (told_of <= same).all() if preset == "variants" else (told_of == same).all()
        assert told_of.any()
