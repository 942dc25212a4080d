"""Scores: what every source says of a candidate, also beside the best of its query, and its rank there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.sorting import lexicographic_order
from training.next_order.pool import Pool

Columns = dict[str, NDArray[Any]]


def scores(pool: Pool, kept: NDArray[np.int64]) -> Columns:
    """Of the kept candidates, looked at among all of them; a rank is NaN where a source says nothing."""
    first = np.flatnonzero(np.diff(pool.row, prepend=-1))
    query = np.cumsum(np.diff(pool.row, prepend=-1) != 0) - 1
    columns: Columns = {}
    for number, name in enumerate(pool.names):
        score = pool.scores[:, number]
        best = np.maximum.reduceat(score, first) if len(first) else score
        order = lexicographic_order(-score, query)
        rank = np.empty(len(score), np.float32)
        rank[order] = np.arange(len(score)) - first[query]
        columns[f"{name}_score"] = score[kept]
        columns[f"{name}_share"] = score[kept] / np.maximum(best, 1e-9)[query[kept]]
        columns[f"{name}_rank"] = np.where(score[kept] > 0, rank[kept], np.nan)
    return columns
