"""Sparse building blocks that several methods share: top-k of rows, blocked products, distinct pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

# A block of a product is kept below about this many stored values.
BLOCK_VALUES = 20_000_000


def top_k(matrix: csr_matrix, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k largest positive values of each row: columns (n, k) int32, -1 padded, and values (n, k) float32.

    Best first, ties by column.
    """
    n = matrix.shape[0]
    columns = np.full((n, k), -1, np.int32)
    values = np.zeros((n, k), np.float32)
    kept = matrix.data > 0
    rows = np.repeat(np.arange(n, dtype=np.int32), np.diff(matrix.indptr))[kept]
    indices, data = matrix.indices[kept], matrix.data[kept]
    order = np.lexsort((indices, -data, rows))
    rows, indices, data = rows[order], indices[order], data[order]
    counts = np.bincount(rows, minlength=n)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    best = rank < k
    columns[rows[best], rank[best]] = indices[best]
    values[rows[best], rank[best]] = data[best]
    return columns, values


def row_blocks(weights: NDArray[np.integer], block_values: int = BLOCK_VALUES) -> Iterator[slice]:
    """Consecutive row ranges whose `weights` (upper bounds of stored values a row) sum to about `block_values`."""
    total = np.cumsum(weights)
    start = 0
    while start < len(weights):
        before = total[start - 1] if start else 0
        stop = max(int(np.searchsorted(total, before + block_values, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def product_top_k(
    left: csr_matrix, right: csr_matrix, k: int, rescale: Callable[[csr_matrix, slice], csr_matrix]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """top_k of `rescale(left[block] @ right, block)`, block by block, so that the product never stands whole."""
    load = np.add.reduceat(
        np.append(np.diff(right.indptr)[left.indices], 0), np.minimum(left.indptr[:-1], len(left.indices))
    )
    load = np.where(np.diff(left.indptr) > 0, load, 1)
    parts = [top_k(rescale((left[block] @ right).tocsr(), block), k) for block in row_blocks(load)]
    if not parts:
        return np.empty((0, k), np.int32), np.empty((0, k), np.float32)
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def distinct_pairs(
    rows: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]
) -> csr_matrix:
    """A 0/1 float32 matrix of the distinct (row, column) pairs."""
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.data[:] = 1.0
    return matrix


def scaled_rows(matrix: csr_matrix, factors: NDArray[np.floating]) -> csr_matrix:
    """Each row multiplied by its factor."""
    out = matrix.copy()
    out.data = out.data * np.repeat(factors, np.diff(out.indptr)).astype(out.data.dtype)
    return out
