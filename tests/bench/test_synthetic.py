"""A synthetic shop is a bundle as the trainer writes it: it opens, and every placement answers from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.questions import slates
from bench.shops import registry_of
from bench.synthetic import Size, shop_arrays
from models.bundle import Registry
from models.catalogue import CategoryColumn
from models.engine import Engine
from models.methods.popularity import Popularity
from models.model import Model
from models.placements import default_placements
from models.query import Query

PLACEMENTS = default_placements()


@pytest.fixture(scope="module")
def engine(registry: Path) -> Engine:
    return Engine(Model.open(Registry(registry).open_current(verify=True)), PLACEMENTS)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_every_placement_gives_full_slates_with_catalogue_fields(engine: Engine, placement: str) -> None:
    customer, item = engine.model.customers.id(7), engine.model.items.id(3)
    slate = engine.recommend(Query(placement, customer_id=customer, item_id=(item,), recent=(item,), limit=10))
    assert slate.customer_known
    assert len({given.item_id for given in slate.items}) == 10
    assert all(given.fields["title"] and given.fields["price"] > 0 for given in slate.items)


def test_the_same_seed_gives_the_same_arrays() -> None:
    size = Size(customers=40, items=30)
    first, second, other = shop_arrays(size, 1), shop_arrays(size, 1), shop_arrays(size, 2)
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)
    assert first["ranked/for_you"].tobytes() != other["ranked/for_you"].tobytes()


def test_histories_ascend_and_lists_hold_no_item_twice() -> None:
    arrays = shop_arrays(Size(customers=200, items=80))
    indptr, items = arrays["history/indptr"], arrays["history/items"]
    assert all((np.diff(items[indptr[row] : indptr[row + 1]]) > 0).all() for row in range(200))
    for lists in (arrays["ranked/for_you"]["item"], arrays["methods/basket/items"], arrays["methods/als/rows"]["item"]):
        assert (np.diff(np.sort(lists, axis=1), axis=1) > 0).all()


def test_category_lists_hold_the_subtree_best_sellers_first(engine: Engine) -> None:
    column, popularity = engine.model.shop.catalogue.columns["category"], engine.model.methods["popularity"]
    assert isinstance(column, CategoryColumn)
    assert isinstance(popularity, Popularity)
    popular = popularity.lists["popular"]
    for node in range(len(column.end)):
        within = [row for row in popular if node <= column.codes[row] < column.end[node]]
        assert popularity.category(node).tolist() == within


def test_a_registry_is_written_once_and_again_when_its_making_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = Size(customers=30, items=20)
    first = registry_of(size, tmp_path)
    version = Registry(first).current()
    assert registry_of(size, tmp_path) == first
    assert Registry(first).current() == version
    monkeypatch.setattr("bench.shops.MAKING", ())
    assert registry_of(size, tmp_path) != first
    assert not first.exists()


def test_questions_ask_for_known_customers_and_as_many_recent_items_as_said(registry: Path, engine: Engine) -> None:
    asked = slates(registry, viewing=0.5, count=200)
    customers = [path.partition("customer_id=")[2].partition("&")[0] for path in asked]
    assert (engine.model.customers.rows(customers, missing=-1) >= 0).all()
    assert {path.count("&recent=") for path in asked} == {0, 10}
    assert 60 < sum("&recent=" in path for path in asked) < 140
