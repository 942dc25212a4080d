from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import polars as pl
import pytest

from tests.engines import learned
from tests.shops import PRESETS, Shop
from training.dataset import Dataset
from training.methods.popularity import Popularity, decayed_sales


def slow_sales(dataset: Dataset, half_life: float) -> dict[int, float]:
    """Distinct orders that held each item, each halved every `half_life`."""
    lines = dataset.lines
    orders = {(order, item): time for order, item, time in zip(lines.order, lines.item, lines.time, strict=True)}
    sales: dict[int, float] = defaultdict(float)
    for (_, item), time in orders.items():
        sales[int(item)] += 0.5 ** ((dataset.reference - time) / half_life)
    return sales


def leads(dataset: Dataset) -> list[int]:
    return sorted(set(dataset.catalogue().leads(np.arange(dataset.n_items, dtype=np.int32)).tolist()))


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("half_life", [3.0, 60.0])
def test_sales_are_distinct_orders_halved_every_half_life(preset: str, half_life: float) -> None:
    dataset = learned(preset).dataset
    expected = slow_sales(dataset, half_life)
    found = decayed_sales(dataset, half_life)
    assert found.tolist() == pytest.approx([expected[item] for item in range(dataset.n_items)], rel=1e-5)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_popular_lists_every_lead_by_sales(preset: str) -> None:
    dataset = learned(preset).dataset
    popularity = Popularity().fit(dataset)
    assert popularity.popular_.tolist() == sorted(leads(dataset), key=lambda row: (-popularity.score_[row], row))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_each_category_lists_the_leads_below_it_by_sales(preset: str) -> None:
    dataset = learned(preset).dataset
    learnt = Popularity().fit(dataset).arrays()
    if "category" not in dataset.columns:
        assert "category_indptr" not in learnt
        return
    column = dataset.catalogue().columns["category"]
    for node in range(len(column.end)):
        below = [row for row in learnt["popular"].tolist() if node <= column.codes[row] < column.end[node]]
        start, stop = learnt["category_indptr"][node : node + 2]
        assert learnt["category_items"][start:stop].tolist() == below


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_customers_are_those_who_bought_the_item(preset: str) -> None:
    known = learned(preset)
    found = Popularity().fit(known.dataset).customers_
    ids = known.model.items.ids(np.arange(known.dataset.n_items))
    for row in leads(known.dataset):
        assert found[row] == len(known.ledger.buyers[known.ledger.product(ids[row])])


def test_what_did_not_sell_lately_does_not_trend() -> None:
    shop = shop_of({"old": [1, 2, 3, 4], "new": [88, 90], "steady": [10, 50, 89]})
    trending = Popularity().fit(shop.dataset).trending_
    assert shop.dataset.items.ids(trending) == ["new", "steady"]


def test_nothing_trends_where_orders_have_no_times() -> None:
    assert Popularity().fit(learned("untimed").dataset).trending_.tolist() == []


def test_new_arrivals_are_what_was_added_lately_the_newest_first() -> None:
    items = pl.DataFrame(
        {
            "item_id": ["a", "b", "c", "d", "e"],
            "added_at": [day(70), day(85), None, day(-200), day(85)],
        }
    )
    shop = shop_of({"a": [80], "b": [80, 90], "c": [90], "d": [90], "e": [80]}, items)
    assert shop.dataset.items.ids(Popularity().fit(shop.dataset).new_arrivals_) == ["b", "e", "a"]


def test_new_is_told_from_the_newest_item_where_orders_have_no_days() -> None:
    dataset = learned("sequence").dataset
    added = dataset.arrays["added_at/values"] / 86_400
    fresh = [row for row in leads(dataset) if added[row] > added.max() - 60]
    assert sorted(Popularity().fit(dataset).new_arrivals_.tolist()) == fresh


def test_nothing_is_new_where_nothing_says_so() -> None:
    assert Popularity().fit(learned("no_catalogue").dataset).new_arrivals_.tolist() == []


def day(number: int) -> dt.datetime:
    return dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)


def shop_of(sold: dict[str, list[int]], items: pl.DataFrame | None = None) -> Shop:
    """One customer who bought each item on the given days."""
    rows = [("c", item, day(number)) for item, days in sold.items() for number in days]
    return Shop(pl.DataFrame(rows, ["customer_id", "item_id", "ordered_at"], orient="row"), items)
