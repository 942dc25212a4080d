"""Measure: one protocol from its files to its figures: prepare, train, ask everybody, compare."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.peers.ask import ask_peers
from bench.protocols.fit import Fit, Learned, Terms, fit
from bench.protocols.metrics import DEFINITIONS, metric
from bench.protocols.outcome import Contender, Figure, Outcome
from bench.protocols.prepared import Prepared
from bench.protocols.protocol import Prepare, Ranking
from bench.protocols.questions import Questions
from models.batch import Batch
from models.engine import Engine
from models.placements import Placement
from training.dataset import Dataset
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.metrics import Shown

CHUNK = 2_048
PRODUCT = "product"


class Answered(NamedTuple):
    """The slates of one contender on one part."""

    role: str
    shown: Shown
    fit_seconds: float | None
    answer_seconds: float


@dataclasses.dataclass(slots=True)
class Sheet:
    """What all parts together found: of each contender the metrics of every question, and its seconds."""

    roles: dict[str, str] = dataclasses.field(default_factory=dict)
    rows: dict[str, list[NDArray[np.float64]]] = dataclasses.field(default_factory=dict)
    fit_seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    answer_seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    groups: list[NDArray[np.int64]] = dataclasses.field(default_factory=list)

    def add(self, name: str, answered: Answered, rows: NDArray[np.float64]) -> None:
        self.roles[name] = answered.role
        self.rows.setdefault(name, []).append(rows)
        self.answer_seconds[name] = self.answer_seconds.get(name, 0.0) + answered.answer_seconds
        if answered.fit_seconds is not None:
            self.fit_seconds[name] = self.fit_seconds.get(name, 0.0) + answered.fit_seconds

    def contenders(self, metrics: list[str], bootstrap: Bootstrap) -> Iterator[Contender]:
        """Each with its figures and what the product gains on it; those that answered every part."""
        whole = {name: np.concatenate(parts) for name, parts in self.rows.items() if len(parts) == len(self.groups)}
        for name, rows in whole.items():
            (low, high), mean = bootstrap.interval(rows), np.nanmean(rows, axis=0)
            values = zip(metrics, mean.tolist(), low.tolist(), high.tolist(), strict=True)
            gain = whole[PRODUCT][:, :1] - rows[:, :1]
            (least,), (most,) = bootstrap.interval(gain)
            yield Contender(
                name=name,
                role=self.roles[name],
                figures={metric: Figure(*found) for metric, *found in values},
                gain=None if name == PRODUCT else Figure(float(gain.mean()), float(least), float(most)),
                fit_seconds=self.fit_seconds.get(name),
                answer_seconds=self.answer_seconds[name],
            )


def measure(protocol: Ranking, data: Path, cache: Path, terms: Terms, peers: tuple[str, ...] = ()) -> Outcome:
    """`cache`: where prepared files, what was learned and peers' environments are kept; `peers`: asked besides."""
    if protocol.seconds is not None:
        terms = msgspec.structs.replace(terms, seconds=min(protocol.seconds, terms.seconds))
    sheet, metrics, items = Sheet(), [*protocol.aims, *protocol.character], 0
    spent: list[Learned] = []
    notes: dict[str, str] = {}
    for folder in prepared_parts(protocol.name, protocol.prepare, data, cache):
        fitted = fit(folder, cache / "fits", terms)
        questions = Questions.of(Prepared.read(folder), fitted.dataset)
        sheet.groups.append(_groups(questions, len(sheet.groups)))
        spent.append(fitted.learned)
        items = max(items, fitted.dataset.n_items)
        for name, answered in _answers(protocol, questions, fitted, peers, cache):
            sheet.add(name, answered, _rows(protocol, fitted.dataset, questions, answered.shown))
        notes |= protocol.notes(fitted.dataset, questions)
    bootstrap = Bootstrap(np.concatenate(sheet.groups), draws=terms.draws, seed=terms.seed)
    return Outcome(
        name=protocol.name,
        title=protocol.title,
        split=protocol.split,
        leaks=protocol.leaks,
        metrics=tuple(metrics),
        aims={name: dataclasses.asdict(aim) for name, aim in protocol.aims.items()},
        definitions={name: DEFINITIONS[name.partition("@")[0]] for name in metrics},
        seed=terms.seed,
        draws=terms.draws,
        search_seconds=terms.seconds,
        questions=sum(len(group) for group in sheet.groups),
        customers=bootstrap.customers,
        items=items,
        parts=len(sheet.groups),
        commit=spent[-1].commit,
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        fit_wall=sum(each.wall for each in spent),
        fit_processor=sum(each.processor for each in spent),
        contenders=tuple(sheet.contenders(metrics, bootstrap)),
        notes=notes,
    )


def _rows(protocol: Ranking, dataset: Dataset, questions: Questions, shown: Shown) -> NDArray[np.float64]:
    """(B, metrics): those of the truth, then those of the shop."""
    rows = [metric(name)(shown, questions.truth) for name in protocol.aims]
    rows += [character(dataset, questions, shown) for character in protocol.character.values()]
    return np.column_stack(rows)


def prepared_parts(name: str, prepare: Prepare, data: Path, cache: Path) -> list[Path]:
    """The folders of all parts of a protocol, in their order."""
    whole = cache / "prepared" / name
    if not whole.exists():
        click.echo(f"{name}: preparing", err=True)
        aside = whole.with_name(whole.name + ".all")
        for part_name, part in prepare(data):
            if not (aside / part_name).exists():
                part.write(aside / part_name)
        aside.rename(whole)
    return sorted(whole.iterdir())


def _answers(
    protocol: Ranking, questions: Questions, fitted: Fit, peers: tuple[str, ...], cache: Path
) -> Iterator[tuple[str, Answered]]:
    """The product first, then its methods alone, floors and peers."""
    placed: Mapping[str, Placement] = {PRODUCT: protocol.served} | dict(protocol.methods)
    for name, placement in placed.items():
        if set(placement.methods or ()) <= set(fitted.engine.model.methods):
            started = time.monotonic()
            shown = slates(fitted.engine, placement, questions.batch, protocol.places)
            took = time.monotonic() - started
            role = PRODUCT if name == PRODUCT else "method"
            yield name, Answered(role, shown, fitted.learned.wall if name == PRODUCT else None, took)
    for name, floor in protocol.floors.items():
        started = time.monotonic()
        yield name, Answered("floor", floor(fitted.dataset, questions, protocol.places), 0.0, _since(started))
    if protocol.peers and peers:
        repeats = protocol.served.purchased != "hide"
        found = ask_peers(fitted.dataset, questions, places=protocol.places, repeats=repeats, cache=cache, peers=peers)
        for name, shown, fit_seconds, answer_seconds in found:
            yield name, Answered("peer", shown, fit_seconds, answer_seconds)


def _since(started: float) -> float:
    return time.monotonic() - started


def slates(engine: Engine, placement: Placement, batch: Batch, places: int) -> Shown:
    """Lead rows (B, places), padded with -1."""
    parts = []
    for start in range(0, len(batch), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(batch)))
        part = Batch(
            batch.customers[rows],
            batch.anchors.take(rows),
            batch.recent.take(rows),
            batch.exclude.take(rows),
            batch.elapsed[rows],
        )
        parts.append(engine.slots(placement, part, limit=places).slots["item"])
    return engine.model.shop.catalogue.leads(np.concatenate(parts))


def _groups(questions: Questions, part: int) -> NDArray[np.int64]:
    """Whose question each is: a customer's are drawn together; unknown customers' one by one."""
    customers = questions.batch.customers.astype(np.int64)
    alone = (np.int64(1) << 40) * (part + 1) + np.arange(len(customers))
    return np.where(customers >= 0, customers + (np.int64(1) << 32) * part, alone)
