"""Time is an argument: what is due depends on `as_of`, and on nothing else that moves."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from msgspec.structs import replace

from models.engine import Engine
from models.errors import QueryError
from models.query import Query, SlateItem
from models.reasons import Code
from tests.engines import PLACEMENTS, Learned, learn_shop, learned
from tests.ledger import SECONDS_A_DAY
from tests.shops import Shop
from training.learning import draft

FIRST = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)


def day(number: float) -> dt.datetime:
    return FIRST + dt.timedelta(days=number)


@pytest.fixture(scope="module")
def regular() -> Learned:
    """One customer; coffee every ten days, the last time on day 59, tea every ten days, on day 51; a crowd beside."""
    lines = [("anna", "coffee", day(number)) for number in range(9, 60, 10)]
    lines += [("anna", "tea", day(number)) for number in range(1, 60, 10)]
    lines += [("anna", "coffee", day(59)), ("bob", "tea", day(60))]
    return learn_shop(Shop(pl.DataFrame(lines, ["customer_id", "item_id", "ordered_at"], orient="row")))


def timely(known: Learned) -> Learned:
    """The same with a weight on how due an item is, as a shop with enough repurchases learns it."""
    arrays = known.arrays | {"methods/repurchase/weights": np.array([0.0, 2.0, 0.0], np.float32)}
    model = draft(arrays, known.dataset)
    return Learned(known.shop, known.ledger, known.dataset, arrays, model, Engine(model, PLACEMENTS, clock=lambda: 0.0))


def bought_again(known: Learned, as_of: dt.datetime | None) -> list[SlateItem]:
    return list(known.engine.recommend(Query("bare_buy_again", "anna", as_of=as_of)).items)


def test_what_is_due_comes_first_and_time_makes_the_other_one_due(regular: Learned) -> None:
    known = timely(regular)
    assert [item.item_id for item in bought_again(known, day(61))] == ["tea", "coffee"]
    leads = []
    for moment in (61, 70, 100):
        score = {item.item_id: item.score for item in bought_again(known, day(moment))}
        leads.append(score["tea"] - score["coffee"])
    assert leads[0] > leads[1] > leads[2]


def test_the_reason_counts_the_days_until_as_of(regular: Learned) -> None:
    texts = {item.item_id: item.reason.text for item in bought_again(regular, day(61))}
    assert texts["tea"] == "You buy this about every 10 days; last 10 days ago"
    later = {item.item_id: item.reason.text for item in bought_again(regular, day(81))}
    assert later["tea"] == "You buy this about every 10 days; last 30 days ago"


def test_the_same_as_of_gives_the_same_slate_whatever_the_clock_says(regular: Learned) -> None:
    early, late = (Engine(regular.model, PLACEMENTS, clock=lambda now=now: now) for now in (0.0, 4e9))
    for placement in PLACEMENTS:
        query = Query(placement, "anna", as_of=day(75))
        assert early.recommend(query) == late.recommend(query)


def test_as_of_without_an_offset_is_utc(regular: Learned) -> None:
    naive = day(75).replace(tzinfo=None)
    elsewhere = day(75).astimezone(dt.timezone(dt.timedelta(hours=-7)))
    assert bought_again(regular, naive) == bought_again(regular, day(75)) == bought_again(regular, elsewhere)


def at(known: Learned, days_after_the_end: float) -> Engine:
    now = (known.model.shop.reference + days_after_the_end) * SECONDS_A_DAY
    return Engine(known.model, PLACEMENTS, clock=lambda: now)


def test_without_as_of_it_is_now(regular: Learned) -> None:
    end = dt.datetime.fromtimestamp(regular.model.shop.reference * SECONDS_A_DAY, dt.UTC)
    query = Query("bare_buy_again", "anna")
    now = at(regular, 29).recommend(query)
    assert now == at(regular, 29).recommend(replace(query, as_of=end + dt.timedelta(days=29)))
    assert now != at(regular, 20).recommend(query)


def test_an_old_bundle_answers_as_of_its_end(regular: Learned) -> None:
    query = Query("bare_buy_again", "anna")
    end = dt.datetime.fromtimestamp(regular.model.shop.reference * SECONDS_A_DAY, dt.UTC)
    assert at(regular, 31).recommend(query) == at(regular, 5_000).recommend(query)
    assert at(regular, 31).recommend(query) == at(regular, 0).recommend(replace(query, as_of=end))


def test_filters_by_age_use_as_of() -> None:
    known = learned("grocery")
    reference = known.model.shop.reference * SECONDS_A_DAY
    fresh = Query("trending", limit=200, filter="age(added_at) < 30")

    def found(days: float) -> int:
        as_of = dt.datetime.fromtimestamp(reference + days * SECONDS_A_DAY, dt.UTC)
        return len(known.engine.recommend(replace(fresh, as_of=as_of)).items)

    assert found(0) > 0
    assert found(60) == 0


@pytest.mark.parametrize("preset", ["sequence", "untimed"])
def test_as_of_is_refused_where_history_has_positions(preset: str) -> None:
    with pytest.raises(QueryError, match="order positions") as caught:
        learned(preset).engine.recommend(Query("home", as_of=day(1)))
    assert caught.value.field == "as_of"


def test_of_orders_the_latest_is_one_order_ago() -> None:
    known = learned("sequence")
    texts = [
        item.reason.text
        for customer in known.ledger.bought
        for item in known.engine.recommend(Query("bare_buy_again", customer)).items
        if item.reason.code == Code.BUY_AGAIN.key
    ]
    assert any(text.endswith("last 1 order ago") for text in texts)
    assert any(text.endswith("last 2 orders ago") for text in texts)
