"""Proof: whether trees find more than the blend they would join, for customers that they have not learned from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.discovery.judge import ndcg, top
from training.discovery.settings import Gain
from training.discovery.trees import FEWEST_LESSONS, Lesson, Trees
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.metrics import Rows
from training.progress import Progress

FOLDS = 2


def proven(lessons: Sequence[Lesson], *, seed: int, threads: int, progress: Progress) -> tuple[bytes, Gain | None]:
    """Trees grown on all lessons, packed, where the 95 % interval of their gain lies above 0, else none; and the gain.

    A customer's questions are all in one fold: what was learned from one of them would tell of the others.
    """
    if sum(int(each.bought.any(axis=1).sum()) for each in lessons) < FEWEST_LESSONS:
        return b"", None
    customers = max(each.held.train.n_customers for each in lessons)
    fold = np.random.default_rng(seed).integers(FOLDS, size=customers)
    asked, gained = [], []
    for number in range(FOLDS):
        out = [fold[each.held.customers] == number for each in lessons]
        trees = Trees.grown(lessons, [~each for each in out], seed=seed, threads=threads)
        for lesson, judged in zip(lessons, out, strict=True):
            gained.append(gain(lesson, trees)[judged])
            asked.append(lesson.held.customers[judged])
    gains = np.concatenate(gained)
    low, high = Bootstrap(np.concatenate(asked), seed=seed).interval(gains[:, None])[:, 0]
    found = Gain(float(gains.mean().round(5)), float(low.round(5)), float(high.round(5)))
    progress.note(f"trees: NDCG {found.mean:+.4f} [{found.low:+.4f} {found.high:+.4f}] over the blend")
    if found.low <= 0:
        return b"", found
    everybody = [np.ones(len(each.held.customers), np.bool_) for each in lessons]
    return Trees.grown(lessons, everybody, seed=seed, threads=threads).packed, found


def gain(lesson: Lesson, trees: Trees) -> Rows:
    """What the trees add to each customer's NDCG, (B,)."""
    items, held = lesson.pool.items, lesson.held
    improved = trees.improved(lesson.pool, lesson.blend, lesson.features)
    return ndcg(top(items, improved), held) - ndcg(top(items, lesson.blend), held)
