"""Complete Journey, one cut in time for the whole shop: the product against every single method."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.protocols import floors
from bench.protocols.complete_journey import cut, next_visits
from bench.protocols.prepared import Prepared
from bench.protocols.protocol import Aim, Ranking
from models.placements import MethodName
from training.evaluation.contenders import placed

DAYS = 28
METHODS: tuple[MethodName, ...] = ("repurchase", "item_knn", "ridge", "ials", "als", "popularity")


def prepare(_data: Path) -> Iterator[tuple[str, Prepared]]:
    shop = cut(DAYS)
    wanted = next_visits(shop)
    asked = wanted.select("query", "customer_id").unique().sort("query")
    yield "all", Prepared(shop.history, asked, wanted.select(pl.col("query"), pl.col("item_id")), shop.items)


PROTOCOL = Ranking(
    name="cj-global-cut",
    title="Complete Journey, one cut in time",
    split=f"Everything before the last {DAYS} days is the history; wanted is all that a household then buys on its "
    "first day. The demo's shop: merchandise alone, catalogue and prices as they were at the cut.",
    prepare=prepare,
    served=placed("for_you"),
    aims={"Recall@10": Aim(), "NDCG@10": Aim(), "PHR@10": Aim()},
    floors={
        "own frequency": floors.own_frequency,
        "own frequency, decayed": floors.own_decayed,
        "popularity": floors.popularity,
        "popularity, decayed": floors.recent_popularity,
    },
    methods={f"{name} alone": placed("for_you", name) for name in METHODS},
)
