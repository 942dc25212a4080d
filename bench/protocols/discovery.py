"""Items never bought before: the splits of BARS (m1), random shares of each customer's purchases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl

from bench.protocols import floors
from bench.protocols.prepared import Prepared, numbered
from bench.protocols.protocol import Aim, Ranking
from models.placements import MethodName
from training.evaluation.contenders import placed

METHODS: tuple[MethodName, ...] = ("popularity", "item_knn", "ridge", "ials")


def reader(stem: str) -> Callable[[Path], Iterator[tuple[str, Prepared]]]:
    """Of STEM_train.parquet and STEM_test.parquet."""

    def prepare(data: Path) -> Iterator[tuple[str, Prepared]]:
        wanted = numbered(pl.read_parquet(data / f"{stem}_test.parquet").unique(), ["customer_id"])
        asked = wanted.select("query", "customer_id").unique().sort("query")
        train = pl.read_parquet(data / f"{stem}_train.parquet")
        yield "all", Prepared(train, asked, wanted.select("query", "item_id"))

    return prepare


def discovery(name: str, title: str, stem: str, aims: Mapping[str, Aim]) -> Ranking:
    return Ranking(
        name=name,
        title=title,
        split="A random share of each customer's purchases is the history, the rest is wanted: BARS' files (m1). "
        "No times, no orders, no prices; nothing bought before is shown.",
        prepare=reader(stem),
        served=placed("for_you", purchased="hide"),
        aims=aims,
        floors={"cosine item-kNN": floors.item_cosine, "popularity": floors.unbought_popularity},
        methods={f"{method} alone": placed("for_you", method, purchased="hide") for method in METHODS},
    )


CDS = discovery(
    "amazon-cds",
    "AmazonCDs",
    "amazoncds",
    {"Recall@20": Aim(0.1277, 0.1763, 0.185), "NDCG-cut@20": Aim(0.0844, 0.1179, 0.124)},
)
ELECTRONICS = discovery(
    "amazon-electronics",
    "AmazonElectronics",
    "electronics",
    {"NDCG-cut@20": Aim(0.0808, 0.0865, 0.091), "F1@20": Aim(0.0328, 0.0338, 0.0365), "Recall@20": Aim()},
)
