"""Ta-Feng, each customer's last order, from histories alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.protocols import floors, tafeng
from bench.protocols.last_day import next_baskets
from bench.protocols.prepared import Prepared
from bench.protocols.protocol import Aim, Ranking
from training.evaluation.contenders import placed


def prepare(data: Path) -> Iterator[tuple[str, Prepared]]:
    lines = tafeng.orders(data)
    yield "all", next_baskets(lines.filter("last"), lines.filter(~pl.col("last")).drop("last"))


PROTOCOL = Ranking(
    name="tafeng-history",
    title="Ta-Feng, history only",
    split="Each customer's orders before the last are the history, all customers' together; the last one is wanted. "
    "The preparation of Li et al. (2023): 13,858 customers of 3 to 50 orders; positions instead of times, no prices.",
    prepare=prepare,
    served=placed("for_you"),
    aims={
        "Recall@10": Aim(0.135, 0.1655, 0.170),
        "NDCG@10": Aim(0.116, 0.142, 0.146),
        "PHR@10": Aim(0.421, 0.475, 0.485),
    },
    floors={
        "own frequency": floors.own_frequency,
        "own frequency, decayed": floors.own_decayed,
        "popularity": floors.popularity,
    },
    methods={"repurchase alone": placed("for_you", "repurchase"), "item_knn alone": placed("for_you", "item_knn")},
)
