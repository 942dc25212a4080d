"""Judge: how well lists foretell what was held out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.discovery.holdout import Holdout
from training.evaluation.metrics import Rows, Shown, hits

PLACES = 20


def top(items: Shown, scores: NDArray[np.float32]) -> Shown:
    """The PLACES best of each row's items (B, K), best first."""
    order = np.argsort(-np.where(items >= 0, scores, -np.inf), axis=1, kind="stable")[:, :PLACES]
    return np.take_along_axis(items, order, axis=1)


def ndcg(shown: Shown, held: Holdout) -> Rows:
    """NDCG@PLACES of each customer; an ideal list has as many places."""
    discount = 1.0 / np.log2(np.arange(2, PLACES + 2))
    gained = (hits(shown, held.truth) * discount[: shown.shape[1]]).sum(axis=1)
    ideal = np.cumsum(discount)[np.minimum(held.truth.lengths, PLACES) - 1]
    return np.asarray(gained / ideal, np.float64)


def mean_of_means(values: Sequence[Rows]) -> float:
    """Every hold-out counts the same."""
    return float(np.mean([each.mean() for each in values]))


def gains(found: Sequence[Rows], before: Sequence[Rows], sure: float) -> bool:
    """Whether the mean of means grew by more than `sure` standard errors of the paired differences."""
    differences = np.concatenate([new - old for new, old in zip(found, before, strict=True)])
    error = float(differences.std()) / np.sqrt(len(differences))
    return bool(mean_of_means(found) - mean_of_means(before) > 1e-6 + sure * error)
