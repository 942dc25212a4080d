"""Ta-Feng in the preparation of Li et al. (A Next Basket Recommendation Reality Check, 2023): files given."""

from __future__ import annotations

from pathlib import Path

import polars as pl


def orders(data: Path) -> pl.DataFrame:
    """Order lines whose times are positions, with `last`: whether it is the customer's last order."""
    lines = pl.read_parquet(data / "tafeng_order_lines.parquet").rename({"position": "ordered_at"})
    return lines.with_columns(last=pl.col("ordered_at") == pl.col("ordered_at").max().over("customer_id"))


def folds(data: Path) -> pl.DataFrame:
    """(fold, part, customer_id): 72 % of the customers train, 8 % validate, 20 % are tested."""
    return pl.read_parquet(data / "tafeng_folds.parquet")
