"""LambdaRank: gradient-boosted trees that put what was bought above what was not (Burges 2010), by LightGBM.

With few queries the gradients of a cross entropy (XE-NDCG, Bruch 2021), which no pair of items decides, err less.
"""

from __future__ import annotations

from typing import Self

import lightgbm
import numpy as np
from numpy.typing import NDArray

from training.next_order.settings import NextOrderSettings
from training.next_order.stage import Candidates

BINS = 63
# How many places of a list the trees care for.
TRUNCATION = 20


class LambdaRank:
    """The same candidates and settings grow the same trees, whatever the number of threads."""

    def __init__(self, settings: NextOrderSettings) -> None:
        self.settings = settings

    def fit(self, lessons: list[Candidates]) -> Self:
        """`lessons`: candidates of several snapshots with the same columns, at least one of them bought."""
        data = lightgbm.Dataset(
            np.concatenate([lesson.features for lesson in lessons]),
            np.concatenate([lesson.bought for lesson in lessons]).astype(np.float32),
            group=np.concatenate([np.unique(lesson.row, return_counts=True)[1] for lesson in lessons]),
            feature_name=list(lessons[0].names),
            params=self._parameters(0),
        )
        forests = range(self.settings.forests)
        self.forests_ = [lightgbm.train(self._parameters(each), data, self.settings.trees) for each in forests]
        return self

    def predict(self, candidates: Candidates) -> NDArray[np.float64]:
        """A score a candidate; only the order within a query means something."""
        threads = self.settings.threads
        scores = [forest.predict(candidates.features, num_threads=threads) for forest in self.forests_]
        return np.asarray(np.mean(scores, axis=0), np.float64)

    def _parameters(self, forest: int) -> dict[str, object]:
        settings = self.settings
        return {
            "objective": settings.objective,
            "lambdarank_truncation_level": TRUNCATION,
            "learning_rate": settings.learning_rate,
            "num_leaves": settings.leaves,
            "min_data_in_leaf": settings.min_leaf_rows,
            "feature_fraction": settings.column_share,
            # By query, two threads would grow other trees each time.
            "bagging_fraction": settings.row_share,
            "bagging_freq": 1,
            "lambda_l2": settings.l2,
            "max_bin": BINS,
            "seed": settings.seed + forest,
            "num_threads": settings.threads,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
        }
