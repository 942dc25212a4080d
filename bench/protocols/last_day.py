"""Complete Journey, each household's last shopping day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.protocols import floors
from bench.protocols.complete_journey import last_days
from bench.protocols.prepared import Prepared, numbered
from bench.protocols.protocol import Aim, Ranking
from training.evaluation.contenders import placed


def next_baskets(lines: pl.DataFrame, history: pl.DataFrame, items: pl.DataFrame | None = None) -> Prepared:
    """Each customer with lines is asked for all of them."""
    wanted = numbered(lines.select("customer_id", "item_id").unique(), ["customer_id"])
    asked = wanted.select("query", "customer_id").unique().sort("query")
    return Prepared(history, asked, wanted.select("query", "item_id"), items)


def prepare(_data: Path) -> Iterator[tuple[str, Prepared]]:
    shop = last_days()
    yield "all", next_baskets(shop.last, shop.history, shop.items)


PROTOCOL = Ranking(
    name="cj-last-day",
    title="Complete Journey, each household's last shopping day",
    split="Each household's days before its last are the history, all households' together; its last day is wanted. "
    "2,337 households with five days or more, 19,625 items bought on ten household-days of the history, baskets are "
    "household-days (UTC), all departments kept: the preparation of the published figures.",
    prepare=prepare,
    served=placed("for_you"),
    aims={"Recall@10": Aim(0.162, 0.1845, 0.190), "NDCG@10": Aim(0.158, 0.1823, 0.187), "PHR@10": Aim()},
    floors={
        "own frequency": floors.own_frequency,
        "own frequency, decayed": floors.own_decayed,
        "popularity": floors.popularity,
    },
    methods={"repurchase alone": placed("for_you", "repurchase"), "item_knn alone": placed("for_you", "item_knn")},
)
