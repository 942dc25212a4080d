"""Why an item stands in a slate or does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from models.engine import Engine
from models.errors import UnknownPlacement
from models.kinds import KINDS
from models.placements import Placement
from models.query import Query
from models.rules.tables import Diversity, PriceStep
from models.verdict import Verdict
from tests.engines import DAYS_LATER, PLACEMENTS, RULED, SHOPS, Learned, learned
from tests.models.queries import UNKNOWN_ITEM, is_step, passes, queries


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


@pytest.mark.parametrize("preset", SHOPS)
@settings(max_examples=40)
@given(data=st.data())
def test_every_finding_is_true_and_nothing_that_bars_an_item_is_left_out(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    item_id = data.draw(st.sampled_from([*known.ledger.item_ids, UNKNOWN_ITEM]))
    verdict = known.engine.explain_item(query, item_id)
    place = {item.item_id: item.rank for item in known.engine.recommend(query).items}
    assert verdict.shown == (item_id in place)
    assert ("shown" in codes(verdict)) == verdict.shown
    assert place.get(item_id, verdict.rank) == verdict.rank
    barred = set(codes(verdict)) & BARS
    assert barred == set(truths(known, query, item_id))
    assert verdict.findings
    if barred:
        assert verdict.rank is None
    if verdict.rank is None and not barred - {"never_bought"}:
        assert set(codes(verdict)) & {"not_a_candidate", "other_variant", "never_bought"}


BARS = {
    "unknown_item", "not_sellable", "filtered", "asked_about", "in_cart", "just_viewed", "excluded", "bought",
    "bought_recently",
}  # fmt: skip


def truths(known: Learned, query: Query, item_id: str) -> list[str]:
    """What bars the item, from the tables."""
    ledger, placement = known.ledger, (PLACEMENTS | RULED)[query.placement]
    if item_id == UNKNOWN_ITEM:
        return ["unknown_item"]
    kind, product = KINDS[placement.kind], ledger.product(item_id)
    fails = not passes(ledger, query, item_id)
    if placement.price_step is not None:
        fails |= not is_step(ledger, query, placement.price_step, item_id)
    hides = placement.own_items == "hide"
    days = placement.hide_bought_days
    recent = set() if days is None else ledger.products_bought_since(query.customer_id, days - DAYS_LATER)
    told = {
        "not_sellable": not ledger.sellable(item_id),
        "filtered": fails,
        "asked_about": product in ledger.products(query.item_id),
        "in_cart": product in ledger.products(query.cart),
        "just_viewed": not kind.recent and product in ledger.products(query.recent),
        "excluded": product in ledger.products(query.exclude),
        "bought": hides and product in ledger.products_bought(query.customer_id),
        "bought_recently": product in recent,
    }
    return [code for code, holds in told.items() if holds]


def explained(known: Learned, query: Query, item_id: str, **slot: Any) -> Verdict:
    placement = replace(Placement(name="slot", kind="for_you", limit=4, fallback=("popular",)), **slot)
    return Engine(known.model, {"slot": placement}, clock=known.engine._clock).explain_item(query, item_id)


def test_an_item_below_the_slate_tells_its_place() -> None:
    known = learned("grocery")
    ranking = [item.item_id for item in known.engine.recommend(Query("home", "c0001", limit=30)).items]
    verdict = explained(known, Query("slot", "c0001"), ranking[8])
    assert (verdict.shown, verdict.rank, codes(verdict)) == (False, 9, ["ranked_below"])
    assert verdict.findings[0].text == "It came to place 9; the slate ends at 4"
    before = explained(known, Query("slot", "c0001", offset=6), ranking[1])
    assert codes(before) == ["on_another_page"]


def test_an_item_that_a_cap_moved_down_tells_of_the_cap() -> None:
    known = learned("grocery")
    ranking = [item.item_id for item in known.engine.recommend(Query("home", "c0001", limit=4)).items]
    brands = [known.ledger.catalogue[item_id]["brand"] for item_id in ranking]
    second = next(n for n in range(4) if brands[n] in brands[:n])
    cap = Diversity(max_per_brand=1)
    assert codes(explained(known, Query("slot", "c0001"), ranking[second], diversity=cap)) == ["capped"]
    assert codes(explained(known, Query("slot", "c0001"), ranking[second])) == ["shown"]
    spread = Diversity(mmr=0.9)
    below = [explained(known, Query("slot", "c0001"), item_id, diversity=spread) for item_id in ranking]
    assert {code for verdict in below for code in codes(verdict)} == {"shown", "ranked_below"}


def test_a_price_step_is_told_as_the_filter_it_is() -> None:
    known = learned("grocery")
    verdict = explained(known, Query("slot", item_id=("sku/005",)), "sku/004", price_step=PriceStep(min=1.1))
    assert codes(verdict) == ["filtered"]
    assert "price >= item.price * 1.1" in verdict.findings[0].text


def test_methods_tell_where_they_have_the_item() -> None:
    known = learned("ranked grocery")
    first = known.engine.recommend(Query("home", "c0001")).items[0]
    scores = {score.method: score for score in known.engine.explain_item(Query("home", "c0001"), first.item_id).scores}
    assert scores["ranker"].score == first.score
    assert scores["popularity"].place > 1
    assert known.engine.explain_item(Query("home"), UNKNOWN_ITEM).scores == ()


def test_another_variant_of_the_product_is_named() -> None:
    known = learned("variants")
    for item in known.engine.recommend(Query("home", "c0001", limit=30)).items:
        product = known.ledger.product(item.item_id)
        for other in known.ledger.item_ids:
            if other != item.item_id and known.ledger.product(other) == product and known.ledger.sellable(other):
                verdict = known.engine.explain_item(Query("home", "c0001"), other)
                assert codes(verdict) == ["other_variant"]
                assert verdict.findings[0].text == f"{item.item_id} stands for the same product"
                return
    raise AssertionError("the shop has no two variants that can be sold")


def test_nothing_brought_it_up() -> None:
    known = learned("grocery")
    verdict = explained(known, Query("slot"), known.ledger.item_ids[0], kind="buy_again", purchased="show", fallback=())
    assert codes(verdict) == ["not_a_candidate"]


def test_an_unknown_placement_is_refused() -> None:
    with pytest.raises(UnknownPlacement, match="no_such_slot"):
        learned("grocery").engine.explain_item(Query("no_such_slot"), "a")
