"""Histories and questions are cut as each protocol says, and nothing wanted is in the history."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bench.protocols import complete_journey, completion, tafeng_folds, tafeng_history, trade_up
from bench.protocols.complete_journey import Cut
from bench.protocols.fit import Terms, config_of
from bench.protocols.prepared import Prepared
from bench.protocols.questions import Questions
from training.load import load


@pytest.fixture
def tafeng(tmp_path: Path) -> Path:
    """Customers 0 to 9 with three orders each: item 100 + customer alone, then with item 7, then items 7 and 8."""
    orders = [[100], [100, 7], [7, 8]]
    lines = [
        (customer, f"{customer}_{number}", item + customer if item == 100 else item, number)
        for customer in range(10)
        for number, order in enumerate(orders)
        for item in order
    ]
    names = ["customer_id", "order_id", "item_id", "position"]
    pl.DataFrame(lines, schema=names, orient="row").write_parquet(tmp_path / "tafeng_order_lines.parquet")
    folds = [
        (fold, "test" if customer % 5 == fold else "train", customer) for fold in range(5) for customer in range(10)
    ]
    pl.DataFrame(folds, schema=["fold", "part", "customer_id"], orient="row").write_parquet(
        tmp_path / "tafeng_folds.parquet"
    )
    return tmp_path


def test_the_last_order_of_everybody_is_wanted_and_unknown(tafeng: Path) -> None:
    ((_, part),) = tafeng_history.prepare(tafeng)
    assert part.order_lines["ordered_at"].max() == 1
    assert part.asked["customer_id"].to_list() == list(range(10))
    assert part.wanted.group_by("query").agg("item_id").sort("query")["item_id"].to_list() == [[7, 8]] * 10


def test_folds_tell_the_last_orders_of_those_who_are_not_asked(tafeng: Path) -> None:
    parts = dict(tafeng_folds.prepare(tafeng))
    assert list(parts) == [f"fold{fold}" for fold in range(5)]
    for fold, part in enumerate(parts.values()):
        assert part.asked["customer_id"].to_list() == [fold, fold + 5]
        last = part.order_lines.filter(pl.col("ordered_at") == 2)["customer_id"].unique().to_list()
        assert sorted(last) == [customer for customer in range(10) if customer % 5 != fold]


def test_one_item_of_every_basket_is_hidden_and_the_others_are_the_cart(tafeng: Path) -> None:
    ((_, part),) = completion.prepare_tafeng(tafeng)
    assert part.anchors is not None
    whole = pl.concat([part.anchors, part.wanted]).group_by("query").agg(pl.col("item_id").sort()).sort("query")
    assert whole["item_id"].to_list() == [[7, 8]] * 10
    assert part.wanted["query"].to_list() == list(range(10))
    assert {7, 8} == set(part.wanted["item_id"].to_list())  # by chance one or the other


def test_baskets_of_one_item_are_not_asked() -> None:
    lines = pl.DataFrame({"customer_id": ["a", "b", "b"], "item_id": ["x", "x", "y"]})
    assert completion.carts(lines, lines).asked["customer_id"].to_list() == ["b"]


DAY = dt.datetime(2017, 1, 1, 12)


@pytest.fixture
def journey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Households 1 to 3 buy bread every day for six days, household 2 rarely more; fuel on the last day of all.

    Household 9 has four days, too few for the published preparation.
    """
    rows = [(household, 10, DAY + dt.timedelta(days=day), 2.0) for household in (1, 2, 3) for day in range(6)]
    rows += [(2, 11, DAY, 3.0), (1, 12, DAY + dt.timedelta(days=5, hours=1), 9.0)]
    rows += [(9, 10, DAY + dt.timedelta(days=day), 2.0) for day in range(4)]
    frame = pl.DataFrame(
        [
            (household, household * 100 + time.day, item, 1, value, 0.0, 0.0, 0.0, time)
            for household, item, time, value in rows
        ],
        schema=[
            "household_id",
            "basket_id",
            "product_id",
            "quantity",
            "sales_value",
            "retail_disc",
            "coupon_disc",
            "coupon_match_disc",
            "transaction_timestamp",
        ],
        orient="row",
    )
    frame.write_parquet(tmp_path / "transactions.parquet")
    kinds = {"department": ["GROCERY", "GROCERY", "FUEL"], "product_category": ["BREAD", "MILK", "GAS"]}
    pl.DataFrame(
        {
            "product_id": [10, 11, 12],
            "manufacturer_id": [1, 1, 1],
            **kinds,
            "brand": ["National"] * 3,
            "product_type": kinds["product_category"],
            "package_size": ["1 LB"] * 3,
        }
    ).write_parquet(tmp_path / "products.parquet")
    monkeypatch.setattr(complete_journey, "package_data", lambda: tmp_path)


@pytest.mark.usefixtures("journey")
def test_last_days_keep_common_items_and_households_with_enough_days() -> None:
    shop = complete_journey.last_days()
    assert shop.history["item_id"].unique().to_list() == ["10"]  # bought 15 times before the last days; the others once
    assert sorted(shop.history["customer_id"].unique().to_list()) == ["1", "2", "3"]
    assert shop.history["ordered_at"].dt.date().max() == dt.date(2017, 1, 5)
    assert shop.last["ordered_at"].dt.date().unique().to_list() == [dt.date(2017, 1, 6)]
    assert shop.items.select("item_id", "category", "price").rows() == [("10", "GROCERY > BREAD > BREAD", 2.0)]


@pytest.mark.usefixtures("journey")
def test_a_cut_knows_nothing_of_what_comes_after() -> None:
    shop = complete_journey.cut(2)
    assert shop.history["ordered_at"].dt.date().max() == dt.date(2017, 1, 4)
    assert sorted(shop.after["day"].unique().to_list()) == [0, 1]
    assert "12" not in shop.after["item_id"].to_list()  # fuel is no merchandise
    wanted = complete_journey.next_visits(shop)
    assert wanted.select("customer_id", "item_id").rows() == [("1", "10"), ("2", "10"), ("3", "10")]


def lines_of(*rows: tuple[str, str, str, int, float]) -> pl.DataFrame:
    """(customer, order, item, day, unit price)."""
    names = ["customer_id", "order_id", "item_id", "day", "unit_price"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(ordered_at=pl.lit(DAY).dt.replace_time_zone("UTC") + pl.duration(days="day"))


def test_a_trade_up_is_the_dearer_item_of_the_next_order_in_the_type() -> None:
    items = pl.DataFrame({"item_id": ["c1", "c2", "c3", "m1", "m2"], "category": ["C", "C", "C", "M", "M"]})
    after = lines_of(
        ("a", "1", "c1", 0, 1.0),
        ("a", "1", "m1", 0, 1.0),
        ("a", "2", "c2", 3, 1.5),  # the next order of the type, dearer
        ("a", "2", "c1", 3, 1.2),  # the same item is no trade-up
        ("a", "3", "c3", 5, 9.0),  # not the next order of order 1, but of order 2
        ("a", "4", "m2", 70, 2.0),  # too late
        ("b", "5", "c1", 40, 1.0),  # no anchor so late
        ("b", "6", "c3", 41, 2.0),
        ("new", "7", "c1", 0, 1.0),  # not known before
        ("new", "8", "c2", 1, 2.0),
    )
    shop = Cut(lines_of(("a", "0", "c1", -1, 1.0), ("b", "00", "c1", -1, 1.0)), after, items)
    found = trade_up.trade_ups(shop).sort("order_id", "anchor").select("order_id", "anchor", "item_id").rows()
    assert found == [("1", "c1", "c2"), ("2", "c1", "c3"), ("2", "c2", "c3")]


def test_random_dearer_items_are_of_the_type_and_dearer(tmp_path: Path) -> None:
    items = pl.DataFrame(
        {
            "item_id": [f"i{number:02}" for number in range(20)],
            "category": ["A", "B"] * 10,
            "price": [float(number) for number in range(1, 21)],
        }
    )
    lines = lines_of(*[(f"c{n}", f"o{n}", f"i{n % 20:02}", n % 9, 1.0) for n in range(40)]).drop("day")
    asked = pl.DataFrame({"query": range(200), "customer_id": ["c1"] * 200})
    anchors = pl.DataFrame({"query": range(200), "item_id": ["i04", "i17"] * 100})
    part = Prepared(lines, asked, anchors, items, anchors)
    part.write(tmp_path / "part")
    dataset = load(config_of(tmp_path / "part", Terms())).dataset
    shown = trade_up.random_dearer(dataset, Questions.of(part, dataset), 5)
    drawn = shown[::2]
    assert set(drawn.ravel().tolist()) == {6, 8, 10, 12, 14, 16, 18}
    assert all(len(set(row.tolist())) == 5 for row in drawn)
    assert shown[1::2].tolist() == [[19, -1, -1, -1, -1]] * 100
    steps = trade_up.price_step(dataset, Questions.of(part, dataset), shown)
    np.testing.assert_allclose(steps[1::2], 20.0 / 18.0)
