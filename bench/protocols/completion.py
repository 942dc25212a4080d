"""Basket completion: one item of each customer's last basket is hidden, the others are the cart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from bench.protocols import floors, tafeng
from bench.protocols.complete_journey import last_days
from bench.protocols.prepared import Prepared
from bench.protocols.protocol import Aim, Ranking
from training.evaluation.contenders import placed

SEED = 0


def carts(lines: pl.DataFrame, history: pl.DataFrame, items: pl.DataFrame | None = None) -> Prepared:
    """Of every basket of at least two items one is hidden at random."""
    baskets = lines.select("customer_id", "item_id").unique().sort("customer_id", "item_id")
    baskets = baskets.filter(pl.len().over("customer_id") >= 2)
    baskets = baskets.with_columns(draw=np.random.default_rng(SEED).random(len(baskets)))
    hidden = pl.col("draw") == pl.col("draw").max().over("query")
    keys = baskets.select("customer_id").unique().sort("customer_id").with_row_index("query")
    baskets = baskets.join(keys, on="customer_id").with_columns(hidden=hidden).sort("query", "item_id")
    return Prepared(
        order_lines=history,
        asked=keys.select("query", "customer_id"),
        wanted=baskets.filter("hidden").select("query", "item_id"),
        items=items,
        anchors=baskets.filter(~pl.col("hidden")).select("query", "item_id"),
    )


def prepare_tafeng(data: Path) -> Iterator[tuple[str, Prepared]]:
    lines = tafeng.orders(data)
    yield "all", carts(lines.filter("last"), lines.filter(~pl.col("last")).drop("last"))


def prepare_complete_journey(_data: Path) -> Iterator[tuple[str, Prepared]]:
    shop = last_days()
    yield "all", carts(shop.last, shop.history, shop.items)


SPLIT = f"""As in {{}}; of each last basket of two items or more one is hidden at random (seed {SEED}), and the others
 are the cart of that customer. No search: it chooses nothing that carts are completed with.""".replace("\n", "")
FLOORS = {
    "cosine": floors.basket_cosine,
    "own frequency": floors.own_frequency,
    "popularity": floors.popularity,
}
METHODS = {
    "item_knn alone": placed("cross_sell", "item_knn"),
    "own purchases alone": placed("cross_sell", "repurchase"),
}
TAFENG = Ranking(
    name="basket-tafeng",
    title="Basket completion, Ta-Feng",
    split=SPLIT.format("tafeng-history"),
    prepare=prepare_tafeng,
    served=placed("cross_sell"),
    aims={"Hit@10": Aim(0.137, 0.185, 0.20), "Hit@20": Aim()},
    floors=FLOORS,
    methods=METHODS,
    seconds=0.0,
)
COMPLETE_JOURNEY = Ranking(
    name="basket-cj",
    title="Basket completion, Complete Journey",
    split=SPLIT.format("cj-last-day"),
    prepare=prepare_complete_journey,
    served=placed("cross_sell"),
    aims={"Hit@10": Aim(0.112, 0.184, 0.20), "Hit@20": Aim()},
    floors=FLOORS,
    methods=METHODS,
    seconds=0.0,
)
