"""`python -m bench.quality_discovery --data DIR`: items never bought before, on two public splits, beside cosine kNN.

Each split NAME is NAME_train.parquet and NAME_test.parquet in DIR, with customer_id and item_id: random shares of the
purchases of AmazonCDs and AmazonElectronics as published by BARS (m1). The trainer reads, searches and learns as in
any shop; the Engine answers; the test file is read once, after that.
"""

from __future__ import annotations

from recsvc.runtime import pin_threads

pin_threads()

import time  # noqa: E402 - threads are pinned before numpy is imported
from collections.abc import Iterator  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path  # noqa: E402

import click  # noqa: E402
import msgspec  # noqa: E402
import numpy as np  # noqa: E402
import polars as pl  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from models.batch import Batch  # noqa: E402
from models.engine import Engine  # noqa: E402
from models.placements import MethodName, Placement  # noqa: E402
from models.ragged import Ragged  # noqa: E402
from training.config import Config  # noqa: E402
from training.dataset import Dataset  # noqa: E402
from training.discovery import Discovery, choose_discovery  # noqa: E402
from training.evaluation.bootstrap import Bootstrap  # noqa: E402
from training.evaluation.metrics import Shown, hits  # noqa: E402
from training.learning import draft, learn  # noqa: E402
from training.load import load  # noqa: E402
from training.progress import Progress, progress_on  # noqa: E402
from training.recipe import BLEND, Recipe  # noqa: E402

PLACES = 20
CHUNK = 2_048
SPLITS = {"amazoncds": "AmazonCDs", "electronics": "AmazonElectronics"}
METHODS: tuple[MethodName, ...] = ("popularity", "item_knn", "ridge", "ials")
METRICS = ("Recall@20", "NDCG@20", "F1@20")
# What a shop does by hand: cosine of who bought what, the nearest 100.
COSINE = Discovery(
    methods={
        "popularity": {},
        "item_knn": {"damping": 0.0, "own_exponent": 0.5, "other_exponent": 0.5, "shrinkage": 0.0},
    },
    weights={"item_knn": 1.0},
)


@dataclass
class Outcome:
    """`rows`: of each contender, Recall, NDCG, F1 and precision of every customer, (B, 4)."""

    title: str
    seed: int
    discovery: Discovery
    search_seconds: float
    learn_seconds: float
    rows: dict[str, NDArray[np.float64]] = field(default_factory=dict)


def run(directory: Path, name: str, seconds: float, seed: int) -> Outcome:
    with progress_on() as progress:
        source = {"inputs": {"order_lines": {"path": str(directory / f"{name}_train.parquet")}}}
        train = load(msgspec.convert(source, Config), progress).dataset
        started = time.monotonic()
        discovery = choose_discovery(train, seconds=seconds, seed=seed, progress=progress)
        chosen = time.monotonic()
        product = _engine(train, discovery, progress)
        outcome = Outcome(SPLITS[name], seed, discovery, chosen - started, time.monotonic() - chosen)
        cosine = _engine(train, COSINE, progress)
        progress.step("test")
        customers, truth = _truth(train, directory / f"{name}_test.parquet")
        asked: dict[str, tuple[Engine, tuple[MethodName, ...] | None]] = {"cosine item-kNN": (cosine, None)}
        asked |= {f"{method} alone": (product, (method,)) for method in METHODS if method in discovery.methods}
        for contender, (engine, methods) in (asked | {"product (blend)": (product, None)}).items():
            placement = Placement(
                name="for_you", kind="for_you", methods=methods, purchased="hide", fallback=("popular",)
            )
            outcome.rows[contender] = measures(_answers(engine, placement, customers), truth)
    return outcome


def _engine(train: Dataset, discovery: Discovery, progress: Progress) -> Engine:
    recipe = Recipe(methods={}, cascade=(BLEND, "popularity"), discovery=discovery)
    return Engine(draft(learn(train, recipe, progress), train), {})


def _truth(train: Dataset, path: Path) -> tuple[NDArray[np.int32], Ragged]:
    """Rows of the customers tested, -1 unknown, and their items; items never sold before count, beyond all rows."""
    pairs = pl.read_parquet(path).unique().sort("customer_id", "item_id").select(pl.all().cast(pl.String))
    items = train.items.rows(pairs["item_id"].to_list(), missing=-1).astype(np.int64)
    items = np.where(items < 0, train.n_items + np.arange(len(items)), items).astype(np.int32)
    names = pairs["customer_id"].to_list()
    starts = [place for place, name in enumerate(names) if not place or names[place - 1] != name]
    customers = train.customers.rows([names[start] for start in starts], missing=-1)
    return customers, Ragged(np.append(starts, len(names)).astype(np.int64), items)


def _answers(engine: Engine, placement: Placement, customers: NDArray[np.int32]) -> Shown:
    chunks = [customers[start : start + CHUNK] for start in range(0, len(customers), CHUNK)]
    parts = [engine.slots(placement, Batch.of_customers(chunk), limit=PLACES).slots["item"] for chunk in chunks]
    return np.concatenate(parts)


def measures(shown: Shown, truth: Ragged) -> NDArray[np.float64]:
    """Recall = hits / |truth|, NDCG with the ideal list cut at 20, F1 of the customer, precision = hits / 20. (B, 4)"""
    found = hits(shown, truth)
    size = truth.lengths
    discount = 1.0 / np.log2(np.arange(2, PLACES + 2))
    count = found.sum(axis=1)
    recall, precision = count / size, count / PLACES
    ndcg = (found * discount).sum(axis=1) / np.cumsum(discount)[np.minimum(size, PLACES) - 1]
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return np.stack([recall, ndcg, f1, precision], axis=1)


def lines_of(outcome: Outcome) -> Iterator[str]:
    """The outcome as Markdown."""
    size = len(outcome.rows["cosine item-kNN"])
    yield f"### {outcome.title}: {size:,} customers, seed {outcome.seed}"
    yield ""
    yield f"Search {outcome.search_seconds:.0f} s, learning {outcome.learn_seconds:.0f} s."
    yield ""
    yield f"| | {' | '.join(f'{metric} [95 %]' for metric in METRICS)} | F1 of the means | NDCG over cosine [95 %] |"
    yield "|---|---|---|---|---|---|"
    bootstrap = Bootstrap(np.arange(size), seed=outcome.seed)
    base = outcome.rows["cosine item-kNN"]
    for name, rows in outcome.rows.items():
        mean, (low, high) = rows.mean(axis=0), bootstrap.interval(rows)
        cells = [f"{mean[n]:.4f} [{low[n]:.4f} {high[n]:.4f}]" for n in range(len(METRICS))]
        pooled = 2 * mean[3] * mean[0] / max(mean[3] + mean[0], 1e-12)
        gain = rows[:, 1:2] - base[:, 1:2]
        (least,), (most,) = bootstrap.interval(gain)
        yield f"| {name} | {' | '.join(cells)} | {pooled:.4f} | {gain.mean():+.4f} [{least:+.4f} {most:+.4f}] |"
    yield ""
    why = outcome.discovery.why
    if why is not None:
        yield f"{why.protocol} {why.customers:,} customers; NDCG@20 there: {why.ndcg_at_20}; trials: {why.trials}."
        yield f"Weights: {outcome.discovery.weights}. Settings: {outcome.discovery.methods}."
        yield ""


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--split", "names", type=click.Choice(list(SPLITS)), multiple=True, default=list(SPLITS))
@click.option("--seconds", default=60.0, show_default=True, help="Processor time for the search of each split.")
@click.option("--seed", default=0, show_default=True)
def main(data: Path, names: tuple[str, ...], seconds: float, seed: int) -> None:
    """Prints one table a split, in Markdown."""
    for name in names:
        click.echo("\n".join(lines_of(run(data, name, seconds, seed))))


if __name__ == "__main__":
    main()
