"""On a shop with planted habits every method, as it comes, beats what anybody could do without it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from models.batch import Batch
from models.ragged import Ragged
from tests.shops import Plan, make_shop
from tests.training.methods.test_contract import answering
from training.dataset import Dataset, OrderLines
from training.methods.basket import Basket
from training.methods.up_sell import item_prices

Items = NDArray[np.int32]


@cache
def whole() -> Dataset:
    return make_shop(Plan(customers=240, days=240, orders=20, seed=21)).dataset


def split(days_back: float, days: float) -> tuple[Dataset, OrderLines]:
    """The history until so many days before its end, and the known customers' lines of the days after that."""
    dataset = whole()
    cut = dataset.reference - days_back
    lines = dataset.lines
    return dataset.until(cut), lines.select((lines.customer >= 0) & (lines.time >= cut) & (lines.time < cut + days))


def recall(ranked: Items, wanted: NDArray[np.bool_], places: int) -> float:
    """The share of what was wanted that stands in the first places of its customer's list."""
    shown = np.where(ranked[:, :places] >= 0, ranked[:, :places], 0)
    found = np.take_along_axis(wanted, shown, axis=1) & (ranked[:, :places] >= 0)
    return float(found.sum() / wanted.sum())


def bought(dataset: Dataset) -> NDArray[np.float32]:
    return dataset.purchases().toarray()


def wanted_of(dataset: Dataset, later: OrderLines) -> NDArray[np.bool_]:
    wanted = np.zeros((dataset.n_customers, dataset.n_items), np.bool_)
    wanted[later.customer, later.item] = True
    return wanted


@pytest.mark.parametrize("name", ["als", "item_knn", "ials", "ridge"])
def test_what_is_bought_for_the_first_time_is_foreseen_better_than_by_popularity(name: str) -> None:
    dataset, later = split(28, 28)
    owned = bought(dataset) > 0
    wanted = wanted_of(dataset, later) & ~owned
    everybody = Batch.of_customers(np.arange(dataset.n_customers, dtype=np.int32))
    ranked = answering(name, dataset)[0].candidates(everybody, 10)["item"]
    popular = np.bincount(dataset.lines.item, minlength=dataset.n_items)
    floor = np.argsort(np.where(owned, 0, -popular[None, :]), axis=1, kind="stable").astype(np.int32)
    assert recall(ranked, wanted, 10) > 1.1 * recall(floor, wanted, 10)


def test_the_next_weeks_repeats_are_foreseen_better_than_by_own_frequency() -> None:
    found, floor = [], []
    for days_back in (28, 42, 56):
        dataset, later = split(days_back, 7)
        counts = bought(dataset)
        wanted = wanted_of(dataset, later) & (counts > 0)
        everybody = Batch.of_customers(np.arange(dataset.n_customers, dtype=np.int32))
        ranked = answering("repurchase", dataset)[0].candidates(everybody, 3)["item"]
        found.append(recall(ranked, wanted, 3))
        floor.append(recall(np.argsort(-counts, axis=1, kind="stable").astype(np.int32), wanted, 3))
    assert np.mean(found) > np.mean(floor)


def test_the_item_hidden_from_a_basket_is_found_better_than_by_plain_cosine() -> None:
    dataset, later = split(28, 28)
    cosine = Basket(alpha=0.5, shrinkage=0.0, damping=0.0, own_weight=0.0)
    assert found_hidden(Basket(), dataset, later) > found_hidden(cosine, dataset, later)


def found_hidden(learner: Basket, dataset: Dataset, later: OrderLines) -> float:
    """The share of baskets whose hidden item is among the first five suggested."""
    orders = [np.flatnonzero(later.order == order) for order in np.unique(later.order)]
    orders = [lines for lines in orders if len(lines) > 1]
    hidden = np.array([later.item[lines[0]] for lines in orders])
    anchors = Ragged.from_lists([later.item[lines[1:]].tolist() for lines in orders])
    batch = Batch.of_anchors(anchors, np.array([later.customer[lines[0]] for lines in orders], np.int32))
    method = answering("basket", dataset, learner.fit(dataset).arrays())[0]
    slots = method.candidates(batch, 80)["item"]
    allowed = (slots >= 0) & ~batch.exclude.contains(slots)
    first = allowed & (np.cumsum(allowed, axis=1) <= 5)
    return float((first & (slots == hidden[:, None])).any(axis=1).mean())


def test_the_step_up_is_foreseen_better_than_by_a_random_dearer_item_of_the_type() -> None:
    dataset, later = split(60, 60)
    catalogue = dataset.catalogue()
    price, category = item_prices(dataset, catalogue), catalogue.columns["category"].codes
    last = {(int(c), int(category[i])): int(i) for c, i in zip(dataset.lines.customer, dataset.lines.item, strict=True)}
    steps = [
        (anchor, int(item))
        for customer, item in zip(later.customer, later.item, strict=True)
        if (anchor := last.get((int(customer), int(category[item])))) is not None and price[item] > price[anchor]
    ]
    anchors = np.array([anchor for anchor, _ in steps], np.int32)
    method = answering("up_sell", dataset)[0]
    first = method.candidates(Batch.of_anchors(Ragged.column(anchors)), 1)["item"][:, 0]
    dearer = (category[None, :] == category[anchors][:, None]) & (price[None, :] > price[anchors][:, None])
    choice = dearer.sum(axis=1) > 1
    hit = first == np.array([item for _, item in steps])
    assert hit[choice].mean() > 1.2 * (1.0 / dearer.sum(axis=1))[choice].mean()
