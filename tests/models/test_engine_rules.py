"""What each rule of a placement does to a slate, against what the tables say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from math import log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from models.engine import Engine
from models.errors import PlacementError
from models.placements import Placement
from models.query import MAX_LIMIT, Query, Slate
from models.rules.tables import Boost, Bury, Diversity, Margin, Pin, PriceStep, Rotation
from tests.engines import CATALOGUED, RULED, Learned, learned
from tests.ledger import SECONDS_A_DAY
from tests.models.queries import allowed, queries

every_catalogue = pytest.mark.parametrize("preset", sorted(CATALOGUED))
PLAIN = Placement(name="slot", kind="for_you", limit=8, fallback=("popular",))
NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def known() -> Learned:
    return learned("grocery")


def engine(known: Learned, **rules: Any) -> Engine:
    """With one placement called slot."""
    slot = replace(PLAIN, **rules)
    now = known.model.shop.reference * SECONDS_A_DAY
    return Engine(known.model, {"slot": slot}, clock=lambda: now)


def ask(known: Learned, query: Query | None = None, **rules: Any) -> Slate:
    return engine(known, **rules).recommend(query or Query("slot", "c0001"))


def ids(slate: Slate) -> list[str]:
    return [item.item_id for item in slate.items]


def whole(known: Learned, **rules: Any) -> list[str]:
    return ids(ask(known, Query("slot", "c0001", limit=MAX_LIMIT), **rules))


def brand(known: Learned, item_id: str) -> Any:
    return known.ledger.catalogue[item_id]["brand"]


def category(known: Learned, item_id: str, level: int = 9) -> tuple[str, ...]:
    return tuple(known.ledger.catalogue[item_id]["category"].split(" > ")[:level])


def ranked_by(weights: dict[str, float]) -> list[str]:
    return sorted(weights, key=lambda item_id: -weights[item_id])


# --- What every slate keeps to, also under rules (the same properties as test_engine_slates.py) ---------------------


@every_catalogue
@settings(max_examples=40)
@given(data=st.data())
def test_ruled_slates_are_full_allowed_distinct_sorted_and_stable(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = replace(data.draw(queries(known)), placement=data.draw(st.sampled_from(sorted(RULED))))
    placement = RULED[query.placement]
    slate = known.engine.recommend(query)
    may = allowed(known.ledger, query)
    shown = ids(slate)
    products = [known.ledger.product(item_id) for item_id in shown]
    assert all(item_id in may.get(product, ()) for item_id, product in zip(shown, products, strict=True))
    assert len(set(products)) == len(products)
    assert len(shown) == min(query.limit or placement.limit, max(len(may) - query.offset, 0))
    scores = [item.score for item in slate.items]
    assert scores == sorted(scores, reverse=True)
    assert all(abs(score) < float("inf") for score in scores)
    assert slate == known.engine.recommend(query)


# --- Boosts and buries -----------------------------------------------------------------------------------------------


def test_a_boost_multiplies_what_the_rank_is_worth(known: Learned) -> None:
    own = whole(known, fallback=())
    weights = {
        item_id: (3.0 if brand(known, item_id) == "Alba" else 1.0) / log2(1 + rank)
        for rank, item_id in enumerate(own, start=1)
    }
    boosted = whole(known, fallback=(), boosts=(Boost(filter="brand = 'Alba'", factor=3),))
    assert boosted == ranked_by(weights) != own


def test_a_bury_lowers_and_hides_nothing(known: Learned) -> None:
    own = whole(known, fallback=())
    buried = whole(known, fallback=(), buries=(Bury(filter="brand = 'Alba'", factor=0.001),))
    last = [item_id for item_id in own if brand(known, item_id) == "Alba"]
    assert last
    assert buried == [item_id for item_id in own if item_id not in last] + last


def test_factors_of_several_rules_multiply(known: Learned) -> None:
    rules = (Boost(filter="brand = 'Alba'", factor=2), Boost(filter="category under 'Department 1'", factor=3))
    own = whole(known, fallback=())
    weights = {
        item_id: (2.0 if brand(known, item_id) == "Alba" else 1.0)
        * (3.0 if category(known, item_id, 1) == ("Department 1",) else 1.0)
        / log2(1 + rank)
        for rank, item_id in enumerate(own, start=1)
    }
    assert whole(known, fallback=(), boosts=rules) == ranked_by(weights)


def test_a_boost_may_ask_about_the_customer_and_the_item_in_question(known: Learned) -> None:
    silver = Query("slot", "c0001", limit=MAX_LIMIT)
    gold = Query("slot", "c0000", limit=MAX_LIMIT)
    boost = (Boost(filter="customer.loyalty_tier = 'gold' and brand = 'Alba'", factor=1000),)
    assert ids(ask(known, silver, boosts=boost)) == ids(ask(known, silver))
    assert brand(known, ids(ask(known, gold, boosts=boost))[0]) == "Alba"
    anchor = known.ledger.item_ids[20]
    alike = ask(known, replace(silver, item_id=(anchor,)), boosts=(Boost(filter="brand = item.brand", factor=1000),))
    assert brand(known, ids(alike)[0]) == brand(known, anchor)


def test_a_boost_lifts_no_fallback_above_what_the_kind_found(known: Learned) -> None:
    query = Query("slot", "c0001", limit=MAX_LIMIT)
    own = len(whole(known, kind="buy_again", fallback=()))
    slate = ask(known, query, kind="buy_again", boosts=(Boost(filter="brand = 'Alba'", factor=1000),))
    assert 0 < own < len(slate.items)
    assert {item.method for item in slate.items[:own]} == {"repurchase"}
    assert {item.method for item in slate.items[own:]} == {"popularity"}
    assert slate.fallback == "popular"
    assert brand(known, slate.items[own].item_id) == "Alba"


@pytest.mark.parametrize(
    ("start", "until", "timezone", "moment", "holds"),
    [
        (None, None, "UTC", NOW, True),
        ("2024-03-01", None, "UTC", NOW, True),
        ("2024-03-02", None, "UTC", NOW, False),
        (None, "2024-03-01", "UTC", NOW, True),
        (None, "2024-02-29", "UTC", NOW, False),
        (None, "2024-03-01T12:00", "UTC", NOW, False),
        ("2024-03-01T12:00", "2024-03-01T12:01", "UTC", NOW, True),
        ("2024-03-01T13:00", None, "Europe/Warsaw", NOW, True),
        ("2024-03-01T12:30", None, "UTC", NOW, False),
        ("2024-03-01T13:00+01:00", None, "Asia/Tokyo", NOW, True),
        # The day the clocks change has 23 hours in Warsaw: it ends at 22:00 UTC.
        (None, "2024-03-31", "Europe/Warsaw", dt.datetime(2024, 3, 31, 21, 59, tzinfo=dt.UTC), True),
        (None, "2024-03-31", "Europe/Warsaw", dt.datetime(2024, 3, 31, 22, 0, tzinfo=dt.UTC), False),
    ],
)
def test_a_schedule_holds_from_until_in_its_time_zone(
    known: Learned, start: str | None, until: str | None, timezone: str, moment: dt.datetime, holds: bool
) -> None:
    query = Query("slot", "c0001", as_of=moment)
    rules = {"timezone": timezone}
    boosted = ask(known, query, boosts=(Boost(filter="brand = 'Dôle'", factor=900, start=start, until=until),), **rules)
    pinned = ask(known, query, pins=(Pin(item_id="sku/052", position=1, start=start, until=until),), **rules)
    assert (ids(boosted) != ids(ask(known, query))) == holds
    assert (pinned.items[0].method == "pin") == holds


# --- Pins ------------------------------------------------------------------------------------------------------------


def test_a_pin_stands_at_its_place_and_the_rest_close_around_it(known: Learned) -> None:
    own = whole(known)
    fourth = own[6]
    pinned = ask(known, pins=(Pin(item_id=fourth, position=2), Pin(item_id="sku/004", position=4)))
    rest = [item_id for item_id in own if item_id not in (fourth, "sku/004")]
    assert ids(pinned) == [rest[0], fourth, rest[1], "sku/004", *rest[2:6]]
    assert [(item.method, item.reason.code) for item in pinned.items][1::2][:2] == [("pin", "pinned")] * 2
    assert pinned.items[1].reason.text == "Picked by the shop"
    scores = [item.score for item in pinned.items]
    assert (scores[1], scores[3]) == (scores[0], scores[2]), "the score of the slot above"


def test_pins_above_everything_take_the_score_of_what_comes_below(known: Learned) -> None:
    plain = ask(known)
    pinned = ask(known, pins=(Pin(item_id="sku/004", position=1), Pin(item_id="sku/052", position=2)))
    assert [item.score for item in pinned.items[:3]] == [plain.items[0].score] * 3
    alone = ask(known, Query("slot", filter="brand = 'Alba'", exclude=tuple(known.ledger.item_ids[8:])), fallback=(),
                pins=(Pin(item_id="sku/004", position=7),))  # fmt: skip
    assert [(item.item_id, item.score, item.rank) for item in alone.items] == [("sku/004", 1.0, 1)]


def test_a_pin_of_what_must_not_be_shown_is_skipped(known: Learned) -> None:
    sold_out, hidden = known.ledger.item_ids[9], "sku/013"
    assert not known.ledger.sellable(hidden)
    for item_id in ("sku/009", hidden, "no such item"):
        assert ask(known, pins=(Pin(item_id=item_id, position=1),)).items == ask(known).items, (item_id, sold_out)
    pin = (Pin(item_id="sku/004", position=1),)
    for query in (
        Query("slot", "c0001", exclude=("sku/004",)),
        Query("slot", "c0001", cart=("sku/004",)),
        Query("slot", "c0001", filter="brand = 'Dôle'"),
    ):
        assert "sku/004" not in ids(ask(known, query, pins=pin))


def test_of_two_pins_of_one_place_the_first_that_can_be_shown_stands(known: Learned) -> None:
    two = (Pin(item_id="sku/009", position=1), Pin(item_id="sku/004", position=1), Pin(item_id="sku/052", position=1))
    slate = ask(known, pins=two)
    assert [item.method for item in slate.items].count("pin") == 1
    assert slate.items[0].item_id == "sku/004"


def test_an_item_pinned_twice_stands_once_where_the_file_says_first(known: Learned) -> None:
    twice = (Pin(item_id="sku/004", position=3), Pin(item_id="sku/004", position=1))
    assert ids(ask(known, pins=twice)).index("sku/004") == 2


def test_a_pin_beyond_the_slate_stands_on_its_page(known: Learned) -> None:
    pins = (Pin(item_id="sku/004", position=10),)
    assert "sku/004" not in ids(ask(known, pins=pins))
    page = ask(known, Query("slot", "c0001", offset=8), pins=pins)
    assert (page.items[1].item_id, page.items[1].rank) == ("sku/004", 10)


# --- Diversity -------------------------------------------------------------------------------------------------------


@every_catalogue
@settings(max_examples=40)
@given(data=st.data())
def test_a_cap_is_exceeded_only_where_nothing_else_is_left(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = replace(data.draw(queries(known, offsets=False)), placement="slot", limit=None)
    level, most, most_of_brand = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4)))
    placement = replace(
        PLAIN,
        diversity=Diversity(max_per_category=most, category_level=level, max_per_brand=most_of_brand),
        kind=data.draw(st.sampled_from(["for_you", "buy_again", "similar", "trending"])),
    )
    slot = Engine(known.model, {"slot": placement}, clock=known.engine._clock)
    shown = ids(slot.recommend(query))
    may = allowed(known.ledger, replace(query, placement="bare_for_you"))
    assert len(shown) == min(placement.limit, len(may))
    categories = Counter(category(known, item_id, level) for item_id in shown)
    brands = Counter(brand(known, item_id) for item_id in shown)
    seen = {known.ledger.product(item_id) for item_id in shown}
    left = [items for product, items in may.items() if product not in seen]
    if any(count > most for count in categories.values()) or any(n > most_of_brand for n in brands.values()):
        # Every variant of a product counts as its best-selling one, which the tables do not tell: one is enough.
        for items in left:
            fits = [
                item_id
                for item_id in items
                if categories[category(known, item_id, level)] < most and brands[brand(known, item_id)] < most_of_brand
            ]
            assert len(fits) < len(items) or not fits


def test_caps_reach_into_fallbacks_and_say_so(known: Learned) -> None:
    plain = ask(known, kind="buy_again", limit=6)
    assert plain.fallback is None
    slate = ask(known, kind="buy_again", limit=6, diversity=Diversity(max_per_category=1))
    assert len({category(known, item_id) for item_id in ids(slate)}) == 6
    assert slate.fallback == ("popular" if slate.items[-1].method == "popularity" else None)


def test_a_cap_holds_within_each_stretch_of_the_placements_limit(known: Learned) -> None:
    rules: dict[str, Any] = {"limit": 4, "diversity": Diversity(max_per_brand=1)}
    for offset in (0, 4, 8):
        page = ids(ask(known, Query("slot", "c0001", offset=offset), **rules))
        assert len({brand(known, item_id) for item_id in page}) == 4
    assert ids(ask(known, Query("slot", "c0001", limit=12), **rules)) == [
        item_id for offset in (0, 4, 8) for item_id in ids(ask(known, Query("slot", "c0001", offset=offset), **rules))
    ]


def test_pins_count_in_caps(known: Learned) -> None:
    pin = "sku/004"
    slate = ids(ask(known, limit=4, pins=(Pin(item_id=pin, position=4),), diversity=Diversity(max_per_brand=1)))
    assert slate[3] == pin
    assert len({brand(known, item_id) for item_id in slate}) == 4


def test_mmr_is_the_slow_and_obvious_greedy_choice(known: Learned) -> None:
    own = whole(known, fallback=())
    relevance = {item_id: 1 / log2(1 + rank) for rank, item_id in enumerate(own, start=1)}

    def alike(one: str, other: str) -> float:
        ours, theirs = category(known, one), category(known, other)
        common = sum(
            a == b for a, b in zip(ours, theirs, strict=True) if ours[: ours.index(a)] == theirs[: ours.index(a)]
        )
        return (common / max(len(ours), len(theirs)) + (brand(known, one) == brand(known, other))) / 2

    chosen: list[str] = []
    for _ in range(8):
        gain = {
            item_id: 0.4 * relevance[item_id] - 0.6 * max((alike(item_id, other) for other in chosen), default=0.0)
            for item_id in own
            if item_id not in chosen
        }
        chosen.append(ranked_by(gain)[0])
    assert ids(ask(known, fallback=(), diversity=Diversity(mmr=0.6))) == chosen != own[:8]


# --- Prices, purchases, margin ---------------------------------------------------------------------------------------


def test_a_price_step_bounds_the_price_by_that_of_the_item_in_question(known: Learned) -> None:
    anchor = "sku/005"
    price = known.ledger.catalogue[anchor]["price"]
    slate = ask(
        known, Query("slot", item_id=(anchor,), limit=MAX_LIMIT), kind="up_sell", price_step=PriceStep(min=1.1, max=1.5)
    )
    assert slate.items
    assert all(1.1 <= known.ledger.catalogue[item_id]["price"] / price <= 1.5 for item_id in ids(slate))
    nobody = Query("slot", "c0001")
    assert ids(ask(known, nobody, price_step=PriceStep(min=1.1))) == ids(ask(known, nobody))


def test_what_was_bought_recently_is_left_out(known: Learned) -> None:
    recent = known.ledger.products_bought_since("c0001", 30)
    older = known.ledger.products_bought("c0001") - recent
    assert recent & set(whole(known))
    shown = set(whole(known, hide_bought_days=30))
    assert not recent & shown
    assert {item_id for item_id in older if known.ledger.sellable(item_id)} <= shown


def margin_of(known: Learned, item_id: str) -> float:
    row = known.ledger.catalogue[item_id]
    return float(row["price"] - row["cost_of_goods_sold"])


@pytest.mark.parametrize("bound", [0.0, 0.02, 0.1, 1.0])
def test_margin_costs_no_more_relevance_than_allowed(known: Learned, bound: float) -> None:
    own = whole(known, fallback=())
    relevance = {item_id: 1 / log2(1 + rank) for rank, item_id in enumerate(own, start=1)}

    def gain(items: list[str]) -> float:
        return sum(relevance[item_id] / log2(1 + place) for place, item_id in enumerate(items[:8], start=1))

    weighed = whole(known, fallback=(), margin=Margin(weight=1, max_relevance_loss=bound))
    assert gain(weighed) >= (1 - bound) * gain(own) - 1e-9
    earned = [sum(margin_of(known, item_id) for item_id in items[:8]) for items in (own, weighed)]
    assert earned[1] > earned[0] if bound else weighed == own
    if bound == 1.0:
        assert weighed == ranked_by({item_id: relevance[item_id] * margin_of(known, item_id) for item_id in own})


# --- Rotation --------------------------------------------------------------------------------------------------------


def test_a_send_is_the_same_when_opened_again_and_the_next_differs(known: Learned) -> None:
    rules = {"rotation": Rotation(pool=24, keep=2)}
    sends = [ids(ask(known, Query("slot", "c0001", send_id=f"mail {n}"), **rules)) for n in range(6)]
    again = [ids(ask(known, Query("slot", "c0001", send_id=f"mail {n}", as_of=NOW), **rules)) for n in range(6)]
    own = whole(known)
    assert sends == again
    assert len(set(map(tuple, sends))) == 6
    assert all(send[:2] == own[:2] for send in sends)
    assert all(set(send) <= set(own[:24]) for send in sends)
    assert len({item_id for send in sends for item_id in send}) > 8


def test_without_a_send_rotation_goes_by_the_local_day(known: Learned) -> None:
    rules: dict[str, Any] = {"rotation": Rotation(pool=24), "timezone": "Europe/Warsaw"}

    def on(day: int, hour: int, minute: int = 0) -> list[str]:
        as_of = dt.datetime(2024, 2, day, hour, minute, tzinfo=dt.UTC)
        return ids(ask(known, Query("slot", "c0001", as_of=as_of), **rules))

    assert on(10, 23, 0) == on(11, 22, 59)
    assert on(10, 22, 59) != on(10, 23, 0)


def test_customers_and_seeds_rotate_by_themselves(known: Learned) -> None:
    def places(customer: str, seed: int) -> list[int]:
        own = ids(ask(known, Query("slot", customer, limit=MAX_LIMIT)))
        rotation = Rotation(pool=24, seed=seed)
        return [
            own.index(item_id) for item_id in ids(ask(known, Query("slot", customer, send_id="a"), rotation=rotation))
        ]

    assert len({tuple(places(customer, seed)) for customer in ("c0001", "c0002", "c0003") for seed in (0, 1)}) == 6


def test_the_more_relevant_is_drawn_more_often(known: Learned) -> None:
    own = whole(known)[:20]
    rotated = engine(known, rotation=Rotation(pool=20))
    drawn = Counter(
        item_id
        for n in range(300)
        for item_id in ids(rotated.recommend(Query("slot", "c0001", send_id=str(n), limit=5)))
    )
    assert sum(drawn[item_id] for item_id in own[:5]) > 1.5 * sum(drawn[item_id] for item_id in own[-5:])
    assert all(drawn[item_id] for item_id in own)


# --- What a shop must have -------------------------------------------------------------------------------------------


def test_rules_that_a_shop_cannot_answer_are_refused_all_at_once() -> None:
    placement = replace(
        PLAIN,
        filter="colour = 'red'",
        boosts=(Boost(filter="price > 3", factor=2),),
        buries=(Bury(filter="title = 3", factor=0.5),),
        price_step=PriceStep(min=1.1),
        margin=Margin(weight=0.5),
        hide_bought_days=3,
        diversity=Diversity(max_per_category=1, max_per_brand=1),
    )
    spread = replace(PLAIN, diversity=Diversity(mmr=0.5))
    with pytest.raises(PlacementError) as caught:
        Engine(learned("sequence").model, {"slot": placement, "spread": spread})
    sequence = [fault.split(":")[0].removeprefix("placements.") for fault in caught.value.faults]
    assert sequence == ["slot.filter", "slot.buries[1].filter", "slot.hide_bought_days"]
    with pytest.raises(PlacementError) as caught:
        Engine(learned("no_catalogue").model, {"slot": placement, "spread": spread})
    assert [fault.split(":")[0].removeprefix("placements.") for fault in caught.value.faults] == [
        "slot.filter", "slot.boosts[1].filter", "slot.buries[1].filter", "slot.price_step", "slot.margin",
        "slot.margin", "slot.diversity.max_per_category", "slot.diversity.max_per_brand", "spread.diversity.mmr",
    ]  # fmt: skip


def test_a_column_of_another_kind_is_no_help(known: Learned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(known.model.shop.catalogue.kinds, "brand", "number")
    with pytest.raises(PlacementError, match="'brand' is of the kind number, not text"):
        engine(known, diversity=Diversity(max_per_brand=1))
