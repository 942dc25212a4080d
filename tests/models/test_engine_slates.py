"""What every slate keeps to, whatever the shop, the placement and the query."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert
from msgspec.structs import replace

from models.cut import cut
from models.engine import Engine
from models.kinds import KINDS
from models.methods import METHOD_NAMES
from models.placements import Placement
from models.query import MAX_LIMIT, Query
from tests.engines import DAYS_LATER, SHOPS, learned
from tests.ledger import SECONDS_A_DAY
from tests.models.queries import UNKNOWN_CUSTOMER, UNKNOWN_ITEM, allowed, queries
from training.learning import draft

every_shop = pytest.mark.parametrize("preset", SHOPS)


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_a_slate_holds_only_what_may_be_shown_and_each_product_once(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    slate = known.engine.recommend(query)
    may = allowed(known.ledger, query)
    shown = [item.item_id for item in slate.items]
    products = [known.ledger.product(item_id) for item_id in shown]
    assert [item_id for item_id, product in zip(shown, products, strict=True) if item_id not in may[product]] == []
    assert len(set(products)) == len(products)


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_a_slate_is_full_whenever_enough_items_qualify(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    placement = known.engine.placements[query.placement]
    limit = query.limit or placement.limit
    may = allowed(known.ledger, query)
    if placement.asks_own_items and not placement.fallback:
        may = {product: may[product] for product in may.keys() & known.ledger.products_bought(query.customer_id)}
    left = max(len(may) - query.offset, 0)
    found = len(known.engine.recommend(query).items)
    if placement.fallback or placement.asks_own_items:
        assert found == min(limit, left)
    else:
        assert found <= min(limit, left)


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_scores_are_finite_and_sorted_and_ranks_consecutive(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    items = known.engine.recommend(query).items
    scores = [item.score for item in items]
    assert all(map(math.isfinite, scores))
    assert scores == sorted(scores, reverse=True)
    assert [item.rank for item in items] == list(range(query.offset + 1, query.offset + len(items) + 1))
    assert {item.method for item in items} <= set(METHOD_NAMES)


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_pages_are_the_cuts_of_one_long_slate(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    limit = query.limit or known.engine.placements[query.placement].limit
    page = known.engine.recommend(query)
    whole = known.engine.recommend(replace(query, offset=0, limit=MAX_LIMIT))
    assert page.items == whole.items[query.offset : query.offset + limit]


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_the_same_question_gives_the_same_answer(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    assert known.engine.recommend(query) == known.engine.recommend(query)


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_unknown_items_change_nothing(preset: str, data: st.DataObject) -> None:
    """So what was ranked in training and what is answered live agree where nothing known was added."""
    known = learned(preset)
    query = replace(data.draw(queries(known)), item_id=(), cart=(), recent=(), exclude=())
    strange = (UNKNOWN_ITEM,)
    asked = replace(query, item_id=strange, cart=strange, recent=strange, exclude=strange)
    assert known.engine.recommend(asked) == known.engine.recommend(query)


@every_shop
@settings(max_examples=25)
@given(data=st.data())
def test_a_stranger_is_answered_like_nobody(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = replace(data.draw(queries(known)), customer_id=None)
    slate = known.engine.recommend(query)
    assert slate == known.engine.recommend(replace(query, customer_id=UNKNOWN_CUSTOMER))
    assert not slate.customer_known


@every_shop
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"trending", "new_arrivals"}))
def test_a_fallback_names_the_list_that_filled_the_slate(preset: str, kind: str) -> None:
    known = learned(preset)
    slate = known.engine.recommend(Query(kind, limit=3))
    assert len(slate.items) == 3
    assert slate.fallback == "popular"
    assert {item.reason.code for item in slate.items} == {"popular"}
    assert known.engine.recommend(Query(f"bare_{kind}")).items == ()


def test_a_page_names_the_list_that_filled_it_and_not_that_of_another_page() -> None:
    known = learned("grocery")
    own = len(known.engine.recommend(Query("bare_buy_again", "c0001", limit=MAX_LIMIT)).items)
    assert own > 4
    pages = [
        known.engine.recommend(Query("buy_again", "c0001", limit=4, offset=offset))
        for offset in (own - 4, own - 2, own)
    ]
    assert [page.fallback for page in pages] == [None, "popular", "popular"]
    assert [[item.method for item in page.items].count("popularity") for page in pages] == [0, 2, 4]


@pytest.mark.parametrize("rules", [{}, {"hide_bought_days": 30}])
@pytest.mark.parametrize("listed", [2, 0])
def test_own_items_fill_a_slate_of_own_items_however_few_the_ranked_list_holds(
    listed: int, rules: dict[str, int]
) -> None:
    known, customer = learned("grocery"), "c0001"
    rows = known.arrays["ranked/for_you"]
    everybody = np.arange(len(rows), dtype=np.int32)
    bought = known.model.shop.history.positions(everybody, rows["item"]) >= 0
    # Two of one's own and nothing else, or everything but one's own.
    few = cut(rows, bought, listed) if listed else cut(rows, ~bought & (rows["item"] >= 0), rows.shape[1])
    arrays = known.arrays | {"ranked/for_you": few}
    own = Placement(name="own", kind="for_you", purchased="only", fallback=("popular",), **rules)
    engine = Engine(
        draft(arrays, known.dataset), {"own": own}, clock=lambda: (known.dataset.reference + DAYS_LATER) * SECONDS_A_DAY
    )
    query = Query("own", customer, limit=MAX_LIMIT)
    shown = [item.item_id for item in engine.recommend(query).items]
    own_products = known.ledger.products_bought(customer)
    late = known.ledger.products_bought_since(customer, rules.get("hide_bought_days", 0) - DAYS_LATER)
    left = {item for item in own_products - late if known.ledger.sellable(item)}
    assert len(left) > 10
    assert set(shown[: len(left)]) == left
    times = [len(known.ledger.times[customer, item]) for item in shown[listed : len(left)]]
    assert times == sorted(times, reverse=True)
    page = engine.recommend(replace(query, limit=4, offset=len(left) - 4))
    assert [item.item_id for item in page.items] == shown[len(left) - 4 : len(left)]
    assert page.fallback is None


def test_own_items_fill_no_slate_of_what_else_was_asked_for() -> None:
    known, customer = learned("grocery"), "c0001"
    asked = {"alike": {"kind": "similar"}, "by_method": {"kind": "for_you", "methods": ["popularity"]}}
    placements = {
        name: convert({"name": name, "purchased": "only", **table}, Placement) for name, table in asked.items()
    }
    engine = known.engine.with_placements(placements)
    anchor = known.ledger.item_ids[0]
    assert engine.recommend(Query("alike", customer, limit=MAX_LIMIT)).items == ()
    alike = {item.method for item in engine.recommend(Query("alike", customer, item_id=(anchor,), limit=50)).items}
    assert alike <= {"item_knn", "content"}
    by_method = {item.method for item in engine.recommend(Query("by_method", customer, limit=MAX_LIMIT)).items}
    assert by_method == {"popularity"}


def test_a_kind_that_is_a_list_falls_back_on_another() -> None:
    known = learned("grocery")
    slate = known.engine.recommend(Query("trending", limit=MAX_LIMIT))
    codes = [item.reason.code for item in slate.items]
    assert codes == sorted(codes, reverse=True)
    assert set(codes) == {"trending", "popular"}
    assert slate.fallback == "popular"
    assert known.engine.recommend(Query("trending", limit=2)).fallback is None
