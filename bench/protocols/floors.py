"""Floors: what a shop does by hand, written out plainly: own frequency, its decay, and best sellers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.protocols.questions import Questions
from training.dataset import Dataset
from training.evaluation.metrics import Shown

# Days, or orders where times are positions, after which a purchase counts half.
HALF_LIFE = {"day": 120.0, "order": 6.0}
CHUNK = 1_000
# Neighbours of every item bought.
NEAREST = 100

Floor = Callable[[Dataset, Questions, int], Shown]


def own_frequency(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Own items by how many orders held them, ties by how often all customers bought them; best sellers below."""
    return _best(dataset, dataset.purchases(), questions, places)


def own_decayed(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """The same, each purchase halved every HALF_LIFE."""
    return _best(dataset, decayed(dataset, HALF_LIFE[dataset.unit]), questions, places)


def popularity(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Best sellers of all time, the same for everyone."""
    return _best(dataset, csr_matrix((dataset.n_customers, dataset.n_items), dtype=np.float32), questions, places)


def recent_popularity(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Best sellers, each sale halved every HALF_LIFE."""
    none = csr_matrix((dataset.n_customers, dataset.n_items), dtype=np.float32)
    sold = np.asarray(decayed(dataset, HALF_LIFE[dataset.unit]).sum(axis=0)).ravel()
    return _best(dataset, none, questions, places, sold)


def decayed(dataset: Dataset, half_life: float) -> csr_matrix:
    """(C, N): the orders of each customer with each item, each halved every `half_life`."""
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    first = np.unique(lines.order.astype(np.int64) * dataset.n_items + lines.item, return_index=True)[1]
    weight = np.exp2((lines.time[first] - dataset.reference) / half_life).astype(np.float32)
    shape = (dataset.n_customers, dataset.n_items)
    return csr_matrix((weight, (lines.customer[first], lines.item[first])), shape=shape)


def _best(
    dataset: Dataset, own: csr_matrix, questions: Questions, places: int, sold: NDArray[np.floating] | None = None
) -> Shown:
    """The largest of each asked customer's row; `sold` (N,) breaks ties and ranks what the customer never bought."""
    sold = np.asarray(dataset.purchases().sum(axis=0)).ravel() if sold is None else sold
    smallest = float(own.data.min(initial=1.0))
    tie = 0.5 * smallest * sold.astype(np.float64) / max(float(sold.max(initial=0.0)), 1e-9)
    tie[~dataset.catalogue().sellable] = -np.inf
    exclude = questions.batch.exclude

    def score(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        found = _asked(own, questions, rows).toarray() + tie
        left_out = exclude.take(rows)
        found[left_out.queries(), left_out.values] = -np.inf
        return np.asarray(found, np.float64)

    return _top(len(questions), places, score)


def unbought_popularity(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Best sellers that the customer never bought."""
    bought = dataset.purchases()
    sold = np.asarray(bought.sum(axis=0)).ravel()
    return _top(len(questions), places, lambda rows: _unbought(np.tile(sold, (len(rows), 1)), bought, questions, rows))


def item_cosine(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Items never bought, by the sum over the items bought of the cosine of who bought them, the nearest NEAREST."""
    bought = dataset.purchases()
    bought.data[:] = 1.0
    alike = nearest(cosine(bought), NEAREST)
    return _top(
        len(questions), places, lambda rows: _unbought(_asked(bought, questions, rows) @ alike, bought, questions, rows)
    )


def basket_cosine(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Items not in the cart, by the sum over the cart of the cosine of which orders held them; best sellers below."""
    lines = dataset.lines
    first = np.unique(lines.order.astype(np.int64) * dataset.n_items + lines.item, return_index=True)[1]
    ones = np.ones(len(first), np.float32)
    held = csr_matrix((ones, (lines.order[first], lines.item[first])), (int(lines.order.max()) + 1, dataset.n_items))
    alike = cosine(held)
    sold = np.asarray(held.sum(axis=0)).ravel()
    anchors = questions.batch.anchors
    carts = csr_matrix(
        (np.ones(len(anchors.values), np.float32), anchors.values, anchors.indptr), (len(anchors), dataset.n_items)
    )

    def score(rows: NDArray[np.intp]) -> NDArray[np.float64]:
        found = (carts[rows] @ alike).toarray() + 1e-9 * sold / sold.max()
        found[carts[rows].nonzero()] = -np.inf
        return np.asarray(found, np.float64)

    return _top(len(questions), places, score)


def cosine(bought: csr_matrix) -> csr_matrix:
    """(N, N): of the columns of a 0/1 matrix, the diagonal left out."""
    together = (bought.T @ bought).tocsr()
    size = np.sqrt(np.maximum(together.diagonal(), 1.0))
    together.setdiag(0.0)
    together.eliminate_zeros()
    row = np.repeat(np.arange(together.shape[0]), np.diff(together.indptr))
    together.data = (together.data / (size[row] * size[together.indices])).astype(np.float32)
    return together


def nearest(alike: csr_matrix, k: int) -> csr_matrix:
    """The k largest of each row."""
    row = np.repeat(np.arange(alike.shape[0]), np.diff(alike.indptr))
    order = np.lexsort((-alike.data, row))
    kept = np.sort(order[np.arange(len(order)) - alike.indptr[row[order]] < k])
    return csr_matrix((alike.data[kept], (row[kept], alike.indices[kept])), alike.shape)


def _asked(bought: csr_matrix, questions: Questions, rows: NDArray[np.intp]) -> csr_matrix:
    """The purchases of the customers asked; nothing of unknown ones."""
    customers = questions.batch.customers[rows]
    known = csr_matrix(np.where(customers >= 0, 1.0, 0.0).astype(np.float32)[:, None])
    return bought[np.maximum(customers, 0)].multiply(known).tocsr()


def _unbought(
    score: csr_matrix | NDArray[np.floating], bought: csr_matrix, questions: Questions, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    dense = np.array(score.toarray() if isinstance(score, csr_matrix) else score, np.float64)
    dense[_asked(bought, questions, rows).nonzero()] = -np.inf
    return dense


def _top(questions: int, places: int, score: Callable[[NDArray[np.intp]], NDArray[np.float64]]) -> Shown:
    """The largest scores of every question, a chunk at a time; -inf is not shown."""
    shown = np.full((questions, places), -1, np.int32)
    for start in range(0, questions, CHUNK):
        rows = np.arange(start, min(start + CHUNK, questions))
        scores = score(rows)
        best = _largest(scores, places)
        shown[rows, : best.shape[1]] = np.where(np.take_along_axis(scores, best, axis=1) > -np.inf, best, -1)
    return shown


def _largest(scores: NDArray[np.float64], places: int) -> NDArray[np.intp]:
    """The columns of each row's largest, the largest first; of equal ones the first."""
    few = np.argpartition(-scores, places, axis=1)[:, :places] if places < scores.shape[1] else None
    few = np.sort(few, axis=1) if few is not None else np.tile(np.arange(scores.shape[1]), (len(scores), 1))
    order = np.argsort(-np.take_along_axis(scores, few, axis=1), axis=1, kind="stable")
    return np.take_along_axis(few, order, axis=1)
