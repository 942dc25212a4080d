"""Rank: the next order of every customer, learned from the orders before it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from models.methods import METHOD_NUMBER
from models.neighbours import best_per_query
from models.ranker import RankedList
from models.slots import Slots, empty_slots
from training.dataset import Dataset
from training.dealt import dealt
from training.memory import Memory
from training.next_order.lambdarank import LambdaRank
from training.next_order.pool import Pool
from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings
from training.next_order.snapshot import Snapshot, lessons, sampled, today
from training.next_order.stage import Candidates, Stage
from training.progress import Progress
from training.threads import side_by_side

# Queries that are worked on at once, by each thread.
SLICE = 1_024

# Each customer's candidates by score, those bought before alone, and the others; SLOT (C, depth) each, padded.
Ranked = dict[RankedList, Slots]


class NextOrder:
    """`ranker_` is None where nobody came back, so that there was nothing to learn."""

    def __init__(self, settings: NextOrderSettings, memory: Memory | None = None) -> None:
        self.settings = settings
        self._memory = memory or Memory()

    def fit(self, dataset: Dataset, progress: Progress | None = None) -> Self:
        progress = progress or Progress()
        self.purchases_ = Purchases.of(dealt(dataset, self.settings.seed))
        snapshots = lessons(self.purchases_, self.settings)
        learned: list[Candidates] = []
        progress.step("learn next order", len(snapshots) + 1)
        for lesson in side_by_side(self._recalled, snapshots, self.settings.threads):
            learned += lesson
            progress.advance()
        self.queries_ = sum(len(np.unique(part.row)) for part in learned)
        self.ranker_ = LambdaRank(self.settings).fit(learned) if self.queries_ else None
        return self

    def _recalled(self, snapshot: Snapshot) -> list[Candidates]:
        """A lesson of the same moment is the same, however much later the history ends."""
        key = "lesson", self.settings, snapshot.digest(self.purchases_)
        return self._memory.recall(key, lambda: self.lesson(snapshot))

    def lesson(self, snapshot: Snapshot) -> list[Candidates]:
        asked = sampled(snapshot, self.settings.label_queries, self.settings.seed, self.purchases_.n_items)
        everybody = snapshot.everybody()
        key = everybody.digest(self.purchases_)
        stage = self._memory.take(("stage", self.settings, key), partial(self._stage, snapshot))
        known = self._memory.take(("pool", self.settings, key), lambda: None)

        def pool(part: Snapshot) -> Pool | None:
            if known is None or not part.is_of(everybody):
                return None
            return known.of_queries(np.searchsorted(everybody.customers, part.customers))

        parts = slices(asked, self.purchases_.n_items)
        return [stage.candidates(part, pool(part), lesson=True) for part in parts]

    def _stage(self, snapshot: Snapshot) -> Stage:
        return Stage.of(self.purchases_, snapshot.taught, self.settings)

    def rank(self, depth: int, among: NDArray[np.integer] | None = None) -> Ranked:
        """As of the end of the history; empty rows for customers without one, and for all but `among` (ascending)."""
        return self.answer(today(self.purchases_, among), depth)

    def answer(self, snapshot: Snapshot, depth: int) -> Ranked:
        ranked: Ranked = {name: empty_slots(self.purchases_.n_customers, depth) for name in get_args(RankedList)}
        if self.ranker_ is None or not len(snapshot):
            return ranked
        everybody = snapshot.everybody()
        key = everybody.digest(self.purchases_)
        stage = self._memory.recall(("stage", self.settings, key), partial(self._stage, snapshot))
        ranker, parts = self.ranker_, list(slices(snapshot, self.purchases_.n_items))
        pools: list[Pool] = []

        def answers(part: Snapshot) -> tuple[Ranked, Pool]:
            pool = stage.pool(part)
            candidates = stage.candidates(part, pool, lesson=False)
            return _best(len(part), candidates, ranker.predict(candidates), depth), pool

        # A history that ends later may ask for a lesson of this very moment: it finds the stage, and where a lesson may
        # ask everybody their candidates.
        whole = len(snapshot) == len(everybody) <= self.settings.label_queries and snapshot.is_of(everybody)
        for part, (found, pool) in zip(parts, side_by_side(answers, parts, self.settings.threads), strict=True):
            pools += [pool] if whole else []
            for name, best in found.items():
                ranked[name][part.customers, : best.shape[1]] = best
        if whole:
            joined = Pool.joined(pools, [len(part) for part in parts])
            self._memory.recall(("pool", self.settings, key), lambda: joined)
        return ranked


def _best(queries: int, candidates: Candidates, scores: NDArray[np.float64], depth: int) -> Ranked:
    """The best of the candidates of each query, SLOT (queries, <= depth) each."""
    kept: dict[RankedList, NDArray[np.bool_]] = {
        "for_you": np.ones_like(candidates.own),
        "buy_again": candidates.own,
        "new": ~candidates.own,
    }
    return {
        name: best_per_query(
            queries,
            query=candidates.row[rows],
            items=candidates.item[rows],
            scores=scores[rows],
            depth=depth,
            method=METHOD_NUMBER["repurchase"],
        )
        for name, rows in kept.items()
    }


def slices(snapshot: Snapshot, n_items: int) -> Iterator[Snapshot]:
    for start in range(0, len(snapshot), SLICE):
        yield snapshot.part(start, min(start + SLICE, len(snapshot)), n_items)
