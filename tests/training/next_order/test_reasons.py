"""Reasons of ranked lists, counted again from the order lines; every list as deep as the cascade's."""

from __future__ import annotations

from dataclasses import replace as with_fields
from functools import cache

import msgspec
import numpy as np
import pytest

from models.engine import Engine
from models.methods import METHOD_NAMES, METHOD_NUMBER
from models.query import Query
from models.ranker import RankedList
from models.reasons import Code
from tests.engines import DAYS_LATER, PLACEMENTS, Learned, learned
from tests.ledger import SECONDS_A_DAY
from tests.models.test_engine_reasons import Facts
from training.learning import draft, learn
from training.methods import repurchase
from training.next_order import NextOrderSettings
from training.progress import Progress
from training.recipe import Ranking
from training.search import choose

QUICK = NextOrderSettings(trees=15, min_leaf_rows=5, horizon_days=14.0, spacing_days=14.0)
ALONE: dict[RankedList, Ranking] = {"for_you": "alone", "buy_again": "alone"}
PRESETS = ("grocery", "books", "sequence", "variants", "no_prices")
every_shop = pytest.mark.parametrize("preset", PRESETS)


@cache
def ranked(preset: str) -> Learned:
    known = learned(preset)
    recipe = msgspec.structs.replace(choose(known.dataset), next_order=QUICK, ranked=ALONE)
    arrays = learn(known.dataset, recipe, Progress())
    model = draft(arrays, known.dataset)
    now = (known.dataset.reference + DAYS_LATER) * SECONDS_A_DAY
    return with_fields(known, arrays=arrays, model=model, engine=Engine(model, PLACEMENTS, clock=lambda: now))


@every_shop
def test_every_reason_of_a_ranked_list_is_true(preset: str) -> None:
    known = ranked(preset)
    told = set()
    for customer in sorted(known.ledger.bought)[:30]:
        for placement in ("home", "buy_again"):
            query = Query(placement, customer_id=customer, limit=40)
            for item in known.engine.recommend(query).items:
                facts = Facts(known, query, item)
                getattr(facts, item.reason.code)()
                assert facts.numbers == []
                told.add(item.reason.code)
    assert told >= {"because_you_bought"}


@every_shop
def test_an_item_bought_before_says_so(preset: str) -> None:
    known = ranked(preset)
    rows = known.arrays["ranked/for_you"]
    customers = np.repeat(np.arange(len(rows), dtype=np.int32), rows.shape[1]).reshape(rows.shape)
    owned = known.model.shop.history.positions(np.arange(len(rows), dtype=np.int32), rows["item"]) >= 0
    assert (rows["method"][owned] == METHOD_NUMBER["repurchase"]).all()
    assert np.isin(rows["code"][owned], [Code.BUY_AGAIN, Code.BOUGHT_BEFORE]).all()
    others = ~owned & (rows["item"] >= 0)
    assert not np.isin(rows["code"][others], [Code.NONE, Code.BUY_AGAIN, Code.BOUGHT_BEFORE]).any()
    assert len(customers[others])


@every_shop
def test_lists_are_as_full_as_the_cascades(preset: str) -> None:
    """What the ranker does not rank stands below it, once."""
    plain, rows = learned(preset).arrays["ranked/for_you"], ranked(preset).arrays["ranked/for_you"]
    assert rows.shape == plain.shape
    assert ((rows["item"] >= 0).sum(axis=1) >= (plain["item"] >= 0).sum(axis=1)).all()
    for row in rows:
        items = row["item"][row["item"] >= 0]
        assert len(np.unique(items)) == len(items)
        assert (np.diff(row["score"][row["item"] >= 0]) <= 0).all()


def test_items_beyond_the_strongest_are_told_by_their_count() -> None:
    """The method keeps few items of a customer; the ranker may rank others."""
    known = learned("grocery")
    recipe = msgspec.structs.replace(choose(known.dataset), next_order=QUICK, ranked=ALONE)
    methods = recipe.methods | {"repurchase": {"depth": 2}}
    arrays = learn(known.dataset, msgspec.structs.replace(recipe, methods=methods), Progress())
    assert repurchase.DEPTH > 2
    rows, history = arrays["ranked/for_you"], known.model.shop.history
    places = history.positions(np.arange(len(rows), dtype=np.int32), rows["item"])
    before = rows["code"] == Code.BOUGHT_BEFORE
    assert before.any()
    assert rows["n1"][before].tolist() == history.count[places[before]].tolist()


def test_methods_of_a_list_are_those_that_can_explain_it() -> None:
    names = {METHOD_NAMES[number] for number in np.unique(ranked("grocery").arrays["ranked/for_you"]["method"])}
    assert names <= set(ranked("grocery").model.methods)


@every_shop
def test_buy_again_is_the_ranked_list_of_own_purchases(preset: str) -> None:
    known = ranked(preset)
    rows = known.arrays["ranked/buy_again"]
    for customer in sorted(known.ledger.bought)[:30]:
        shown = known.engine.recommend(Query("bare_buy_again", customer_id=customer)).items
        listed = known.model.items.ids(rows["item"][known.model.customers.row(customer, missing=-1)])
        ranking = [known.ledger.product(name) for name in listed if name is not None]
        places = [ranking.index(known.ledger.product(item.item_id)) for item in shown]
        assert places == sorted(places)
