"""Trees: what the parts of a blend say, weighed by who asks and how an item sells; LambdaRank grown on hold-outs.

A blend weighs its parts the same for everybody. Trees see besides that a customer of many purchases, or an item of few
buyers, is another case. They are small, and part of the recipe, as weights are.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import lightgbm
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.discovery.blend import Pool, standardised
from training.discovery.holdout import Holdout
from training.methods.scorer import Lists, Scorer, Scores
from training.next_order import NextOrderSettings
from training.next_order.lambdarank import LambdaRank
from training.next_order.stage import Candidates

STATISTICS = ("buyers", "buyers_degree", "degree")
GROWN = NextOrderSettings(
    forests=1, trees=100, learning_rate=0.06, leaves=15, min_leaf_rows=100, column_share=0.5, negatives=0.2
)
# Fewer questions with an answer among the candidates than this teach trees little.
FEWEST_LESSONS = 500


class Statistics(NamedTuple):
    """Of each item (N,): `buyers`, the logarithm of 1 + how many; `buyers_degree`, how many items these have bought."""

    buyers: Scores
    buyers_degree: Scores

    @classmethod
    def of(cls, purchases: csr_matrix) -> Self:
        buyers = np.bincount(purchases.indices, minlength=purchases.shape[1])
        degree = np.repeat(np.diff(purchases.indptr), np.diff(purchases.indptr))
        total = np.bincount(purchases.indices, degree, minlength=purchases.shape[1])
        return cls(np.log1p(buyers).astype(np.float32), (total / np.maximum(buyers, 1)).astype(np.float32))


class Lesson(NamedTuple):
    """The candidates of a hold-out's customers, `bought` (B, K) those that they did buy; `blend` (B, K)."""

    held: Holdout
    pool: Pool
    blend: Scores
    features: NDArray[np.float32]
    bought: NDArray[np.bool_]

    @classmethod
    def of(cls, held: Holdout, scorers: Sequence[Scorer], pool: Pool, weights: NDArray[np.float32]) -> Self:
        """`pool`: what the `scorers` bring in and say; `weights`: theirs in the blend."""
        blend = pool.standardised() @ weights
        seen = features(scorers, pool, blend, held.bought, Statistics.of(held.purchases))
        return cls(held, pool, blend, seen, held.truth.contains(pool.items) & (pool.items >= 0))


@dataclass(frozen=True)
class Trees:
    """`packed`: LightGBM's text of them, deflated."""

    packed: bytes

    @classmethod
    def grown(
        cls, lessons: Sequence[Lesson], learners: Sequence[NDArray[np.bool_]], *, seed: int, threads: int
    ) -> Self:
        """`learners`: whether each customer (B,) of each lesson is learned from; a share of what was not bought is."""
        told = [_told(*each, seed) for each in zip(lessons, learners, strict=True)]
        settings = replace(GROWN, seed=seed, threads=threads)
        (forest,) = LambdaRank(settings).fit(told).forests_
        return cls(zlib.compress(forest.model_to_string().encode(), 9))

    @cached_property
    def _booster(self) -> lightgbm.Booster:
        return lightgbm.Booster(model_str=zlib.decompress(self.packed).decode())

    def improved(self, pool: Pool, blend: Scores, seen: NDArray[np.float32]) -> Scores:
        """The blend (B, K) and the trees' scores of what features() `seen`, both standardised, as much of each."""
        real = pool.items >= 0
        scores = np.zeros(pool.items.shape, np.float32)
        if len(seen):
            scores[real] = self._booster.predict(seen)
        return standardised(pool.items, blend) + standardised(pool.items, scores)


def features(
    scorers: Sequence[Scorer], pool: Pool, blend: Scores, bought: csr_matrix, items: Statistics
) -> NDArray[np.float32]:
    """(n, F) float32 of the candidates, row by row, the last columns STATISTICS; `bought` (B, N).

    Of every scorer what it says, and of lists what the strongest entry says, which a sum of many hides.
    """
    real = pool.items >= 0
    item = pool.items[real]
    most = [scorer.most(bought, pool.items) for scorer in scorers if isinstance(scorer, Lists)]
    related = [blend, *most, np.where(real, items.buyers_degree[pool.items], np.float32(0.0))]
    degree = np.broadcast_to(np.diff(bought.indptr)[:, None], real.shape)[real]
    columns = [standardised(pool.items, each)[real] for each in related]
    columns += [items.buyers[item], items.buyers_degree[item], degree]
    return np.column_stack([pool.standardised()[real], *columns]).astype(np.float32)


def _told(lesson: Lesson, learner: NDArray[np.bool_], seed: int) -> Candidates:
    """Of the learners' candidates what was bought, and a share of the rest, drawn without a look at it."""
    real = lesson.pool.items >= 0
    drawn = np.random.default_rng(seed).random(real.shape) < GROWN.negatives
    kept = real & (lesson.bought | drawn) & (learner & lesson.bought.any(axis=1))[:, None]
    row = np.nonzero(kept)[0]
    names = tuple(f"part{number}" for number in range(lesson.features.shape[1] - len(STATISTICS))) + STATISTICS
    return Candidates(
        row,
        lesson.pool.items[kept].astype(np.int64),
        np.zeros(len(row), np.bool_),
        lesson.bought[kept],
        lesson.features[kept[real]],
        names,
    )
