"""Measure: one shop from its history to the ratio of the product to the best of all others, by task and metric."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench.shops_quality.known import Known
from bench.shops_quality.product import LIMIT, PLACED, Answers, CommandError, answers
from bench.shops_quality.rivals import rivals
from bench.shops_quality.shop import Made, Shop
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.metrics import Rows, ndcg_whole_at_k, recall_at_k

METRICS = {f"Recall@{LIMIT}": recall_at_k, f"NDCG@{LIMIT}": ndcg_whole_at_k}
# Fewer customers than this say nothing.
FEWEST = 25


class Line(msgspec.Struct, frozen=True):
    """`low`, `high`: 95 % of the ratio, customers drawn with replacement, both contenders on the same ones."""

    task: str
    metric: str
    customers: int
    product: float
    rival: float
    name: str
    low: float
    high: float
    everyone: dict[str, float]

    @property
    def ratio(self) -> float:
        return self.product / max(self.rival, 1e-12)


class Found(msgspec.Struct, frozen=True):
    """`fault`: why there are no lines; `words`: what the trainer said; the last three: as its report has them."""

    name: str
    title: str
    customers: int
    items: int
    order_lines: int
    seconds: float = 0.0
    words: str = ""
    fault: str = ""
    lines: tuple[Line, ...] = ()
    recipe: dict[str, Any] = {}
    why: dict[str, Any] = {}
    spent: dict[str, float] = {}


class Terms(msgspec.Struct, frozen=True):
    """`seconds`, `threads`: of the trainer, None its defaults."""

    seconds: float | None = None
    threads: int | None = None
    draws: int = 1_000


def measure(shop: Shop, data: Path, cache: Path, terms: Terms) -> Found:
    made = shop.make(data)
    known = Known.of(made)
    found = Found(shop.name, shop.title, len(known.customers), len(known.items), len(made.order_lines))
    folder = Path(tempfile.mkdtemp())
    try:
        said = answers(made, shop.suffix, folder / shop.name, terms.seconds, terms.threads)
    except CommandError as error:
        return msgspec.structs.replace(found, fault=str(error))
    finally:
        shutil.rmtree(folder)
    lines = tuple(line for task in made.wanted for line in _lines(made, known, said, task, cache, terms))
    report = {"recipe": said.report["recipe"], "why": said.report["why"], "spent": said.report["seconds"]}
    return msgspec.structs.replace(found, seconds=said.seconds, words=said.words, lines=lines, **report)


def _lines(made: Made, known: Known, said: Answers, task: str, cache: Path, terms: Terms) -> Iterator[Line]:
    asked, truth = known.truth(made.wanted[task])
    if len(asked) < FEWEST:
        return
    product = known.shown(said.slates[PLACED[task]], asked)
    others = dict(rivals(known, asked, task=task, cache=cache))
    bootstrap = Bootstrap(asked, draws=terms.draws)
    for metric, of in METRICS.items():
        rows = {name: of(shown, truth, LIMIT) for name, shown in others.items()}
        means = {name: float(each.mean()) for name, each in rows.items()}
        name = max(means, key=lambda each: means[each])
        mine = of(product, truth, LIMIT)
        low, high = _ratio(bootstrap, mine, rows[name])
        yield Line(task, metric, len(asked), float(mine.mean()), means[name], name, low, high, means)


def _ratio(bootstrap: Bootstrap, mine: Rows, other: Rows) -> tuple[float, float]:
    drawn = bootstrap.means(np.column_stack([mine, other]))
    low, high = np.quantile(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-12), [0.025, 0.975])
    return float(low), float(high)
