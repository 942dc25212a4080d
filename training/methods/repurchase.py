"""Repurchase, learning: how likely each customer buys each own item again soon (after Bhagat et al. 2018)."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.methods.repurchase import NOW_FEATURES, OWNED, now_features
from training.dataset import Dataset
from training.logistic import fit_logistic
from training.methods.base import Learned
from training.methods.own_frequency import DEPTH, counted
from training.methods.pairs import Pairs, purchase_pairs, repeat_shares, strongest, usual_intervals
from training.methods.popularity import decayed_sales

# How far ahead "soon" reaches, in the shop's time unit; as many windows before the end teach.
HORIZON = {"day": 14.0, "order": 1.0}
LABEL_WINDOWS = 4
# Below so many repurchases in those windows nothing is learned, and decayed frequency ranks.
ENOUGH_REPURCHASES = 300
# Rows of a window that teach at the most.
TEACHING_ROWS = 150_000


class Repurchase:
    """P(bought within the horizon) = sigmoid(w . features): decayed count, repeat share, popularity, due ratio.

    Only the due features move with time; what does not is folded into one number a pair. Where too little was bought
    again, nothing is learned, and own frequency ranks.
    """

    name: ClassVar[str] = "repurchase"

    def __init__(self, half_life: float = 60.0, depth: int = DEPTH, seed: int = 0) -> None:
        self.half_life = half_life
        self.depth = depth
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        pairs = purchase_pairs(dataset, self.half_life)
        weights = self._learned_weights(dataset)
        owned = np.zeros(len(pairs.item), OWNED)
        owned["age"] = dataset.reference - pairs.last
        owned["interval"] = usual_intervals(pairs, dataset.n_items)
        own_mean = pairs.gaps / np.maximum(pairs.count - 1, 1)
        owned["gap"] = np.where((pairs.count > 2) & (own_mean > 0), own_mean, np.nan)
        owned["count"] = pairs.count
        if weights is None:
            owned["base"] = np.log(counted(dataset, pairs, self.half_life))
            weights = np.zeros(NOW_FEATURES)
        else:
            owned["base"] = standing_features(dataset, pairs, self.half_life) @ weights[NOW_FEATURES:-1] + weights[-1]
        self.weights_ = weights[:NOW_FEATURES].astype(np.float32)
        logit = owned["base"] + now_features(owned["age"], owned["interval"]) @ self.weights_
        kept, self.indptr_ = strongest(logit, pairs.customer, dataset.n_customers, self.depth)
        self.items_, self.owned_ = pairs.item[kept], owned[kept]
        return self

    def arrays(self) -> Learned:
        return {"items": self.items_, "owned": self.owned_, "indptr": self.indptr_, "weights": self.weights_}

    def _learned_weights(self, dataset: Dataset) -> NDArray[np.float64] | None:
        """From what was bought again in the last windows of the history; None where that is too little."""
        generator = np.random.default_rng(self.seed)
        horizon = HORIZON[dataset.unit]
        windows = [
            self._labelled(dataset, dataset.reference - horizon * back, horizon, generator)
            for back in range(1, LABEL_WINDOWS + 1)
        ]
        features = np.concatenate([window[0] for window in windows])
        label = np.concatenate([window[1] for window in windows])
        return fit_logistic(features, label) if label.sum() >= ENOUGH_REPURCHASES else None

    def _labelled(
        self, dataset: Dataset, cut: float, horizon: float, generator: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Features of every pair as of `cut`, and whether it was bought within the horizon after."""
        known = dataset.until(cut)
        pairs = purchase_pairs(known, self.half_life)
        lines = dataset.lines
        soon = (lines.customer >= 0) & (lines.time >= cut) & (lines.time < cut + horizon)
        bought = lines.customer[soon].astype(np.int64) * dataset.n_items + lines.item[soon]
        label = np.isin(pairs.customer.astype(np.int64) * dataset.n_items + pairs.item, bought)
        features = np.column_stack(
            [
                now_features(cut - pairs.last, usual_intervals(pairs, dataset.n_items)),
                standing_features(known, pairs, self.half_life),
            ]
        )
        if len(label) > TEACHING_ROWS:
            rows = generator.choice(len(label), TEACHING_ROWS, replace=False)
            return features[rows], label[rows]
        return features, label


def standing_features(dataset: Dataset, pairs: Pairs, half_life: float) -> NDArray[np.float64]:
    """What does not move between trainings, (P, 6): own counts, the item's repeats and sales, the customer's pace."""
    n = dataset.n_customers
    pace = np.bincount(pairs.customer, pairs.strength, n)
    last = np.full(n, -np.inf)
    np.maximum.at(last, pairs.customer, pairs.last)
    columns = [
        np.log(pairs.count),
        np.log(pairs.strength + 1e-3),
        np.log(repeat_shares(pairs, dataset.n_items))[pairs.item],
        np.log(decayed_sales(dataset, half_life) + 0.1)[pairs.item],
        np.log(pace + 1e-3)[pairs.customer],
        np.log1p(dataset.reference - last[pairs.customer]),
    ]
    return np.column_stack(columns).astype(np.float64)
