"""Metrics: how a protocol scores slates, by the names that papers use; one value a question."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.ragged import Ragged
from training.evaluation import metrics
from training.evaluation.metrics import Rows, Shown

Metric = Callable[[Shown, Ragged], Rows]

DEFINITIONS = {
    "Recall": "wanted items shown / wanted items",
    "NDCG": "discounted gain over that of an ideal list of the whole truth, not cut",
    "NDCG-cut": "discounted gain over that of an ideal list of at most K",
    "PHR": "share of the questions with at least one wanted item shown",
    "Hit": "share of the questions whose hidden item was shown",
    "UpHit": "share of the anchors whose dearer successor was shown",
    "Precision": "wanted items shown / K",
    "F1": "of the recall and precision of each question, then averaged",
    "Price step": "mean price of the items shown over that of the anchor",
}


def metric(name: str) -> Metric:
    """`Recall@10`, `NDCG@10`, ...: one of DEFINITIONS at a number of places. Raises KeyError."""
    stem, _, places = name.partition("@")
    k = int(places)
    found: dict[str, Metric] = {
        "Recall": lambda shown, truth: metrics.recall_at_k(shown, truth, k),
        "NDCG": lambda shown, truth: metrics.ndcg_whole_at_k(shown, truth, k),
        "NDCG-cut": lambda shown, truth: ndcg_cut_at_k(shown, truth, k),
        "PHR": lambda shown, truth: metrics.hit_at_k(shown, truth, k),
        "Hit": lambda shown, truth: metrics.hit_at_k(shown, truth, k),
        "UpHit": lambda shown, truth: metrics.hit_at_k(shown, truth, k),
        "Precision": lambda shown, truth: metrics.precision_at_k(shown, truth, k),
        "F1": lambda shown, truth: f1_at_k(shown, truth, k),
    }
    return found[stem]


def ndcg_cut_at_k(shown: Shown, truth: Ragged, k: int) -> Rows:
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    gained = (metrics.hits(shown[:, :k], truth) * discount[: min(k, shown.shape[1])]).sum(axis=1)
    ideal = np.append(np.nan, np.cumsum(discount))[np.minimum(truth.lengths, k)]
    found: Rows = gained / ideal
    return found


def f1_at_k(shown: Shown, truth: Ragged, k: int) -> Rows:
    recall, precision = metrics.recall_at_k(shown, truth, k), metrics.precision_at_k(shown, truth, k)
    return 2 * precision * recall / np.maximum(precision + recall, 1e-12)
