"""Metrics of slates against what customers then bought: one row a query, all rows at once.

`shown` int32 (B, K): item rows, best first, padded with -1 at the end, distinct in a row.
`truth` Ragged of B lists: the distinct items wanted. Per-row metrics are float64 (B,), NaN where a row has no truth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged

Rows = NDArray[np.float64]
Shown = NDArray[np.int32]


def hits(shown: Shown, truth: Ragged) -> NDArray[np.bool_]:
    """Whether each item shown was wanted, (B, K)."""
    return truth.contains(shown) & (shown >= 0)


def recall_at_k(shown: Shown, truth: Ragged, k: int) -> Rows:
    """The share of the wanted items that were shown."""
    return _where_truth(truth, _found(shown, truth, k) / np.maximum(truth.lengths, 1))


def precision_at_k(shown: Shown, truth: Ragged, k: int) -> Rows:
    """The share of the k places that hold a wanted item; an empty place counts as a miss."""
    return _where_truth(truth, _found(shown, truth, k) / k)


def hit_at_k(shown: Shown, truth: Ragged, k: int) -> Rows:
    """1 where at least one wanted item was shown, else 0."""
    return _where_truth(truth, (_found(shown, truth, k) > 0).astype(np.float64))


def ndcg_whole_at_k(shown: Shown, truth: Ragged, k: int) -> Rows:
    """Discounted gain (Järvelin, Kekäläinen 2002) over that of an ideal list of the whole truth, not cut at k."""
    discount = 1.0 / np.log2(np.arange(2, max(k, int(truth.lengths.max(initial=0))) + 2))
    gained = (hits(shown[:, :k], truth) * discount[: min(k, shown.shape[1])]).sum(axis=1)
    ideal = np.append(0.0, np.cumsum(discount))[truth.lengths]
    return _where_truth(truth, gained / np.maximum(ideal, discount[0]))


def reciprocal_rank(shown: Shown, truth: Ragged) -> Rows:
    """1 / the place of the first wanted item, 0 where none was shown; the mean of it is the MRR."""
    wanted = hits(shown, truth)
    first = wanted.argmax(axis=1) if shown.shape[1] else np.zeros(len(shown), np.intp)
    return _where_truth(truth, np.where(wanted.any(axis=1), 1.0 / (first + 1), 0.0))


def value_at_k(shown: Shown, truth: Ragged, value: NDArray[np.floating], k: int) -> Rows:
    """What the wanted items among the first k were worth; `value`: one per entry of `truth`, NaN counts as 0."""
    found = (shown[truth.queries(), :k] == truth.values[:, None]).any(axis=1)
    worth = np.where(found, np.nan_to_num(value), 0.0)
    return _where_truth(truth, np.bincount(truth.queries(), worth, len(truth)).astype(np.float64))


def coverage(shown: Shown, catalogue_size: int) -> float:
    """The share of the catalogue that at least one customer was shown."""
    return len(np.unique(shown[shown >= 0])) / max(catalogue_size, 1)


def gini(shown: Shown, catalogue_size: int) -> float:
    """Inequality of exposure over the catalogue: 0 where all items are shown as often, towards 1 where one is."""
    exposed = np.sort(np.unique(shown[shown >= 0], return_counts=True)[1])
    if not len(exposed):
        return float("nan")
    rank = np.arange(catalogue_size - len(exposed), catalogue_size) + 1
    return float(((2 * rank - catalogue_size - 1) * exposed).sum() / (catalogue_size * exposed.sum()))


def novelty(shown: Shown, buyers: NDArray[np.floating], customers: int) -> Rows:
    """The mean of -log2 of the share of customers who bought an item shown (Laplace-smoothed)."""
    surprise = -np.log2((buyers + 1.0) / (customers + 1.0))
    return _row_means(surprise[np.maximum(shown, 0)], shown >= 0)


def intra_list_diversity(shown: Shown, category: NDArray[np.integer]) -> Rows:
    """The share of pairs of a slate in different categories (-1, unknown, differs from all); NaN below 2 items."""
    rows, places = np.nonzero(shown >= 0)
    code = category[shown[rows, places]]
    rows, code = rows[code >= 0], code[code >= 0]
    _, first, same = np.unique(rows * (int(code.max(initial=0)) + 1) + code, return_index=True, return_counts=True)
    alike = np.bincount(rows[first], same * (same - 1) / 2, len(shown))
    count = (shown >= 0).sum(axis=1)
    pairs = count * (count - 1) / 2
    return np.where(pairs > 0, 1.0 - alike / np.maximum(pairs, 1), np.nan)


def mean_value(shown: Shown, value: NDArray[np.floating]) -> Rows:
    """The mean of a number of the items shown, such as their price; unknown ones left out."""
    values = value[np.maximum(shown, 0)]
    return _row_means(np.nan_to_num(values), (shown >= 0) & np.isfinite(values))


def _found(shown: Shown, truth: Ragged, k: int) -> Rows:
    """How many wanted items are among the first k."""
    found: Rows = hits(shown[:, :k], truth).sum(axis=1).astype(np.float64)
    return found


def _row_means(values: NDArray[np.floating], counted: NDArray[np.bool_]) -> Rows:
    count = counted.sum(axis=1)
    total = np.where(counted, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _where_truth(truth: Ragged, values: Rows) -> Rows:
    return np.where(truth.lengths > 0, values, np.nan)
