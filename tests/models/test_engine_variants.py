"""Of a product's variants a slate shows the one bought last, else the best-selling one that may be shown."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from models.query import Query
from tests.engines import Learned, learn_shop
from tests.shops import Shop

SHIRTS = ("red", "green", "blue")


def day(number: int) -> dt.datetime:
    return dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


@pytest.fixture(scope="module")
def known() -> Learned:
    """Red sells best, then green, then blue; anna bought green and then blue; belt goes with any shirt; grey is out."""
    lines = [(f"c{number}", "red", f"o{number}", day(number)) for number in range(6)]
    lines += [(f"c{number}", "belt", f"o{number}", day(number)) for number in range(6)]
    lines += [("bob", "green", "o10", day(1)), ("carl", "green", "o11", day(1)), ("carl", "belt", "o11", day(1))]
    lines += [("anna", "green", "o12", day(2)), ("anna", "blue", "o13", day(3))]
    lines += [("dora", "grey", "o14", day(4)), ("dora", "red", "o15", day(3))]
    items = {
        "item_id": [*SHIRTS, "grey", "belt", "lone"],
        "title": ["Red shirt", "Green shirt", "Blue shirt", "Grey shirt", "Belt", "Lone"],
        "item_group_id": ["shirt", "shirt", "shirt", "shirt", None, None],
        "availability": ["in_stock", "in_stock", "in_stock", "out_of_stock", "in_stock", "in_stock"],
        "colour": [*SHIRTS, "grey", "black", "black"],
    }
    columns = ["customer_id", "item_id", "order_id", "ordered_at"]
    return learn_shop(Shop(pl.DataFrame(lines, columns, orient="row"), pl.DataFrame(items)))


def shirt(known: Learned, query: Query) -> list[str]:
    shown = [item.item_id for item in known.engine.recommend(query).items]
    return [item for item in shown if item in (*SHIRTS, "grey")]


def test_a_stranger_sees_the_best_selling_variant(known: Learned) -> None:
    assert shirt(known, Query("trending")) == ["red"]


def test_a_customer_sees_the_variant_bought_last(known: Learned) -> None:
    assert shirt(known, Query("account_buy_again", "anna")) == ["blue"]
    assert shirt(known, Query("trending", "bob")) == ["green"]


def test_a_variant_that_is_out_of_stock_is_replaced_by_the_best_selling_one(known: Learned) -> None:
    assert shirt(known, Query("account_buy_again", "dora")) == ["red"]


def test_a_filter_chooses_among_the_variants(known: Learned) -> None:
    assert shirt(known, Query("trending", filter="colour in ('green', 'blue')")) == ["green"]
    assert shirt(known, Query("trending", "bob", filter="colour = 'blue'")) == ["blue"]
    assert shirt(known, Query("trending", filter="colour = 'grey'")) == []


def test_one_variant_in_the_cart_keeps_the_others_away(known: Learned) -> None:
    assert shirt(known, Query("trending", cart=("blue",))) == []
    assert shirt(known, Query("trending", exclude=("grey",))) == []


def test_orders_of_all_variants_are_counted_together_and_the_one_asked_about_is_named(known: Learned) -> None:
    (belt,) = [i for i in known.engine.recommend(Query("bare_cross_sell", cart=("blue",))).items if i.item_id == "belt"]
    assert belt.reason.text == "Bought together with Blue shirt in 7 orders"
    assert belt.reason.item_ids == ("blue",)


def test_what_goes_with_a_belt_is_one_shirt(known: Learned) -> None:
    assert shirt(known, Query("bare_cross_sell", "anna", item_id=("belt",))) == ["blue"]


def test_what_was_viewed_is_told_of_even_where_another_variant_is_in_the_cart(known: Learned) -> None:
    slate = known.engine.recommend(Query("home", recent=("green",), cart=("blue",)))
    told = {item.item_id: item.reason for item in slate.items if item.reason.code == "because_you_viewed"}
    assert told["belt"].item_ids == ("green",)
