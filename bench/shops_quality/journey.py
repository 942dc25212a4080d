"""Shops with times, cut from the Complete Journey's year: small, odd, seasonal, and departments on their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import polars as pl

from bench.protocols.complete_journey import products, transactions
from bench.shops_quality.cuts import in_time, last_orders
from bench.shops_quality.shop import Made, Shop, some
from examples.complete_journey.prepare import items, order_lines, sales, shelf_prices

Change = Callable[[pl.DataFrame], pl.DataFrame]
PLAIN = ("customer_id", "order_id", "item_id", "ordered_at")
# Days that an item of fashion is sold before another one takes its place.
SEASON_DAYS = 28


@cache
def year() -> pl.DataFrame:
    return order_lines(sales(transactions(), products())).collect()


@cache
def catalogue() -> pl.DataFrame:
    before = sales(transactions(), products())
    return items(products(), shelf_prices(before)).collect()


def shop(
    name: str,
    title: str,
    change: Change,
    *,
    columns: Sequence[str] | None = None,
    listed: bool = False,
    days: int = 28,
    suffix: str = ".parquet",
) -> Shop:
    """`columns`: what the shop knows of a line, else all; `listed`: whether it hands over a catalogue."""

    def make(_: Path) -> Made:
        lines = change(year())
        return in_time(lines.select(columns or lines.columns), catalogue() if listed else None, days=days)

    return Shop(name, title, make, suffix)


def last_shop(name: str, title: str, change: Change) -> Shop:
    """Asked for each customer's last order, whenever it was."""
    return Shop(name, title, lambda _: last_orders(change(year()).select(PLAIN)))


def department(lines: pl.DataFrame, *names: str) -> pl.DataFrame:
    of = pl.col("category").str.split(" > ").list.first().is_in(names)
    return lines.join(catalogue().filter(of), on="item_id", how="semi")


def favourites(lines: pl.DataFrame) -> pl.DataFrame:
    """What a household bought on twelve days or more."""
    return lines.filter(pl.col("order_id").n_unique().over("customer_id", "item_id") >= 12)


def firsts(lines: pl.DataFrame) -> pl.DataFrame:
    """Every household's first purchase of each item."""
    return lines.unique(["customer_id", "item_id"], keep="first", maintain_order=True)


def wholesalers(lines: pl.DataFrame) -> pl.DataFrame:
    """Five hundred households, four hundred of which are four customers."""
    lines = some(lines, 500)
    number = pl.col("customer_id").rank("dense") - 1
    merged = pl.when(number < 400).then(pl.format("wholesaler {}", number % 4)).otherwise(pl.col("customer_id"))
    return lines.with_columns(customer_id=merged)


def short(lines: pl.DataFrame, size: int) -> pl.DataFrame:
    """Only the best-selling items."""
    return lines.join(lines["item_id"].value_counts(sort=True).head(size), on="item_id", how="semi")


def rare(lines: pl.DataFrame, most: int) -> pl.DataFrame:
    """Only items bought so many times or fewer."""
    return lines.filter(pl.len().over("item_id") <= most)


def fashion(lines: pl.DataFrame) -> pl.DataFrame:
    """Items that are replaced by others every few weeks, each at a time of its own."""
    day = (pl.col("ordered_at") - pl.col("ordered_at").min()).dt.total_days()
    season = (day + pl.col("item_id").hash(0) % SEASON_DAYS) // SEASON_DAYS
    return lines.with_columns(item_id=pl.format("{}/{}", "item_id", season))


def gifts(lines: pl.DataFrame) -> pl.DataFrame:
    """Of five buyers four order once, and the fifth three times: the orders of a household are theirs, in turn."""
    order = pl.col("order_id").rank("dense").over("customer_id") - 1
    buyer = pl.min_horizontal(order % 7, 4) + 5 * (order // 7)
    return lines.with_columns(customer_id=pl.format("{} {}", "customer_id", buyer))


def passing(lines: pl.DataFrame) -> pl.DataFrame:
    """After one order in four a household is another customer."""
    orders = lines.unique("order_id", keep="first", maintain_order=True).sort("customer_id", "ordered_at", "order_id")
    last = (pl.col("order_id").hash(2) % 4 == 0).cast(pl.Int64)
    orders = orders.with_columns(number=(last.cum_sum() - last).over("customer_id")).select("order_id", "number")
    named = pl.format("{} {}", "customer_id", "number")
    return lines.join(orders, on="order_id", maintain_order="left").with_columns(customer_id=named).drop("number")


def sent_back(lines: pl.DataFrame) -> pl.DataFrame:
    """One line in ten is returned, and one in ten is bought by the dozen."""
    draw = (pl.col("order_id") + pl.col("item_id")).hash(0) % 10
    lines = lines.with_columns(quantity=pl.when(draw == 1).then(pl.col("quantity") * 12).otherwise(pl.col("quantity")))
    back = lines.filter(draw == 0).with_columns(
        quantity=-pl.col("quantity"), ordered_at=pl.col("ordered_at") + pl.duration(hours=6)
    )
    return pl.concat([lines, back]).sort("ordered_at")


def doubled(lines: pl.DataFrame) -> pl.DataFrame:
    """A third of the lines stand in the file two or three times."""
    again = lines.filter((pl.col("order_id") + pl.col("item_id")).hash(0) % 3 == 0)
    return pl.concat([lines, again, again.filter(pl.col("item_id").hash(1) % 2 == 0)]).sort("ordered_at")


def weeks(lines: pl.DataFrame, count: int) -> pl.DataFrame:
    return lines.filter(pl.col("ordered_at") > pl.col("ordered_at").max() - pl.duration(weeks=count))


def growing(lines: pl.DataFrame) -> pl.DataFrame:
    """Customers come in one by one over the year, so that most are new."""
    day = (pl.col("ordered_at") - pl.col("ordered_at").min()).dt.total_days()
    return lines.filter(day >= pl.col("customer_id").hash(0) % 330)


SHOPS = (
    shop("cj-100", "100 customers, prices and categories", lambda all_: some(all_, 100), listed=True),
    shop(
        "cj-100-csv",
        "100 other customers, no prices, CSV",
        lambda all_: some(all_, 100, 7),
        columns=PLAIN,
        suffix=".csv",
    ),
    shop("cj-300", "300 customers, prices and categories", lambda all_: some(all_, 300), listed=True),
    shop(
        "cj-300-plain",
        "300 other customers, no prices, CSV",
        lambda all_: some(all_, 300, 7),
        columns=PLAIN,
        suffix=".csv",
    ),
    shop(
        "drugstore",
        "1,500 customers of a drugstore",
        lambda all_: some(department(all_, "DRUG GM", "COSMETICS"), 1_500),
        listed=True,
    ),
    shop(
        "greengrocer",
        "1,500 customers of a greengrocer",
        lambda all_: some(department(all_, "PRODUCE"), 1_500),
        columns=PLAIN,
    ),
    shop(
        "butcher",
        "1,000 customers of a butcher, twelve weeks",
        lambda all_: some(weeks(department(all_, "MEAT", "MEAT-PCKGD"), 12), 1_000),
        listed=True,
        days=14,
    ),
    shop("favourites", "about nine of ten purchases are repeats", lambda all_: some(favourites(all_), 800)),
    shop("firsts", "nobody buys anything twice", lambda all_: some(firsts(all_), 500), listed=True),
    shop("wholesalers", "four wholesalers among a hundred customers", wholesalers),
    shop("b2b", "400 customers, 200 items", lambda all_: some(short(all_, 200), 400)),
    shop("long-tail", "each item bought one to three times", lambda all_: some(rare(all_, 3), 2_000), listed=True),
    shop("fashion", "items live four weeks", lambda all_: fashion(some(all_, 400)), columns=PLAIN),
    shop(
        "fashion-listed",
        "items live four weeks, drugstore",
        lambda all_: fashion(some(department(all_, "DRUG GM"), 1_000)),
    ),
    shop("gifts", "four of five customers order once", lambda all_: gifts(some(department(all_, "DRUG GM"), 1_000))),
    last_shop(
        "gifts-last",
        "four of five customers order once, the last order of each",
        lambda all_: gifts(some(department(all_, "DRUG GM"), 1_000)),
    ),
    shop(
        "passing",
        "3,000 customers of a greengrocer, four orders each",
        lambda all_: some(passing(department(all_, "PRODUCE")), 3_000),
        columns=PLAIN,
    ),
    last_shop(
        "passing-last",
        "3,000 customers of a drugstore, four orders each, the last one of each",
        lambda all_: some(passing(department(all_, "DRUG GM")), 3_000),
    ),
    shop("returns", "200 customers, returns and dozens", lambda all_: sent_back(some(all_, 200, 3))),
    shop(
        "doubled",
        "200 customers, lines that stand twice",
        lambda all_: doubled(some(all_, 200, 4)),
        columns=PLAIN,
        suffix=".csv",
    ),
    shop("six-weeks", "400 customers, a history of six weeks", lambda all_: some(weeks(all_, 6), 400), days=7),
    shop("growing", "600 customers, most of them new", lambda all_: growing(some(all_, 600)), columns=PLAIN),
)
