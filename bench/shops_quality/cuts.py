"""Cuts: what a shop knows and what was bought afterwards, by time, by each customer's last order, or at random."""

from __future__ import annotations

import polars as pl

from bench.shops_quality.shop import Made

HELD_OUT = 0.2
PAIR = ("customer_id", "item_id")


def in_time(lines: pl.DataFrame, items: pl.DataFrame | None = None, *, days: int = 28) -> Made:
    """`lines` with `ordered_at`: what lies `days` or less before the last moment is wanted."""
    after = pl.col("ordered_at") > pl.col("ordered_at").max() - pl.duration(days=days)
    history, later = lines.filter(~after), lines.filter(after)
    listed = None if items is None else items.join(history, on="item_id", how="semi")
    return Made(history, asked(history, later), listed)


def last_orders(lines: pl.DataFrame) -> Made:
    """`lines` whose `ordered_at` are positions: the last order of every customer with two is wanted."""
    last = pl.col("ordered_at") == pl.col("ordered_at").max().over("customer_id")
    several = pl.col("ordered_at").n_unique().over("customer_id") > 1
    history, later = lines.filter(~(last & several)), lines.filter(last & several)
    return Made(history, asked(history, later))


def at_random(lines: pl.DataFrame, *, seed: int = 0) -> Made:
    """A fifth of the distinct purchases of every customer with two or more is wanted; there are no times."""
    pairs = lines.select(PAIR).unique().sort(PAIR)
    pairs = pairs.with_columns(draw=pl.int_range(pl.len()).shuffle(seed=seed))
    place = pl.col("draw").rank("ordinal").over("customer_id") - 1
    many = pl.len().over("customer_id")
    held = pairs.filter((many > 1) & (place < (many * HELD_OUT).ceil()))
    history = lines.join(held, on=PAIR, how="anti")
    return Made(history, {"window": held.select(PAIR), "new": held.select(PAIR)})


def asked(history: pl.DataFrame, later: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Of customers known before: all they bought, what was on their next order, what was new to them, what was not."""
    known = history.select("customer_id").unique()
    bought = later.filter(pl.col("quantity") > 0) if "quantity" in later.columns else later
    bought = bought.join(known, on="customer_id", how="semi")
    first = bought.filter(pl.col("ordered_at") == pl.col("ordered_at").min().over("customer_id"))
    window = bought.select(PAIR).unique()
    owned = history.select(PAIR).unique()
    return {
        "window": window,
        "visit": first.select(PAIR).unique(),
        "new": window.join(owned, on=PAIR, how="anti"),
        "again": window.join(owned, on=PAIR, how="semi"),
    }
