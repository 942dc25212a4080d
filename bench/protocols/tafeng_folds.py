"""Ta-Feng, split by customer: the papers' protocol, which lets models see other customers' last orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.protocols import floors, tafeng
from bench.protocols.last_day import next_baskets
from bench.protocols.prepared import Prepared
from bench.protocols.protocol import Aim, Ranking
from training.evaluation.contenders import placed

# Five runs; each is to end within two minutes.
SEARCH_SECONDS = 30.0


def prepare(data: Path) -> Iterator[tuple[str, Prepared]]:
    lines, folds = tafeng.orders(data), tafeng.folds(data)
    for fold in sorted(folds["fold"].unique().to_list()):
        parts = folds.filter(pl.col("fold") == fold)
        told = parts.filter(pl.col("part") == "train")["customer_id"].implode()
        asked = parts.filter(pl.col("part") == "test")["customer_id"].implode()
        history = lines.filter(~pl.col("last") | pl.col("customer_id").is_in(told)).drop("last")
        yield f"fold{fold}", next_baskets(lines.filter("last", pl.col("customer_id").is_in(asked)), history)


PROTOCOL = Ranking(
    name="tafeng-folds",
    title="Ta-Feng, split by customer",
    split="Five folds: the history holds all orders of 72 % of the customers and all but the last order of the others; "
    "the last orders of 20 % are wanted. The preparation and the folds of Li et al. (2023).",
    prepare=prepare,
    served=placed("for_you"),
    aims={
        "Recall@10": Aim(0.135, 0.187, 0.190),
        "NDCG@10": Aim(0.116, 0.166, 0.168),
        "PHR@10": Aim(0.421, 0.507, 0.510),
    },
    floors={"own frequency": floors.own_frequency, "own frequency, decayed": floors.own_decayed},
    methods={"repurchase alone": placed("for_you", "repurchase")},
    leaks="Leaks: it knows what others bought at the time of the orders wanted. For comparison with papers only.",
    seconds=SEARCH_SECONDS,
)
