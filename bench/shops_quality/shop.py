"""Shop: a purchase history of its own kind, as files its owner would hand over, and what was bought afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True, slots=True)
class Made:
    """`order_lines` and `items`: all that the trainer is told; `wanted`: (customer_id, item_id) by what is asked."""

    order_lines: pl.DataFrame
    wanted: Mapping[str, pl.DataFrame]
    items: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """`make(data)`: from the folder of public files; `suffix`: the kind of file its order lines come in."""

    name: str
    title: str
    make: Callable[[Path], Made]
    suffix: str = ".parquet"


def some(lines: pl.DataFrame, customers: int, seed: int = 0) -> pl.DataFrame:
    """The lines of so many customers, drawn with the seed."""
    return lines.join(drawn(lines, customers, seed), on="customer_id", how="semi")


def drawn(lines: pl.DataFrame, customers: int, seed: int = 0) -> pl.DataFrame:
    ids = lines.select("customer_id").unique().sort("customer_id")
    return ids.sample(min(customers, len(ids)), seed=seed, shuffle=True)
