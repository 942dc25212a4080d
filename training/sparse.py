"""Sparse building blocks that several methods share: the k best columns of a rescaled product, distinct pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

# Pieces of work that rows are dealt out in: enough for many threads, few enough to keep one accumulator each.
PIECES = 64
# The largest column that there may be.
LAST = 0x7FFFFFFF


def product_top_k(
    left: csr_matrix,
    right: csr_matrix,
    k: int,
    *,
    left_out: csr_matrix | None = None,
    row_norm: NDArray[np.floating] | None = None,
    column_norm: NDArray[np.floating] | None = None,
    shrinkage: float = 0.0,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k largest positive values of each row of (left @ right) / (row_norm column_norm' + shrinkage).

    Entries stored in `left_out` (same shape as the product) do not count. Returns columns (n, k) int32, best first,
    ties by column, -1 padded, and values (n, k) float32. The product never stands in memory.
    """
    n, m = left.shape[0], right.shape[1]
    barred = csr_matrix((n, m), dtype=np.float32) if left_out is None else left_out
    ones = np.ones(max(n, m), np.float64)
    columns, bits = _product_top_k(
        *_parts(left),
        *_parts(right),
        barred.indptr.astype(np.int64),
        barred.indices.astype(np.int32),
        (ones[:n] if row_norm is None else row_norm).astype(np.float64),
        (ones[:m] if column_norm is None else column_norm).astype(np.float64),
        float(shrinkage),
        min(k, max(m, 1)),
    )
    return columns, bits.view(np.float32)


def _parts(matrix: csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32)


@numba.njit(cache=True)
def _key(bits, column):  # type: ignore[no-untyped-def]
    """A number that ascends with the float32 of these bits, and among equal ones descends with the column.

    One comparison of numbers orders candidates, and what is sorted is moved as one.
    """
    return (np.int64(bits if bits >= 0 else bits ^ LAST) << 32) | (LAST - column)


@numba.njit(cache=True)
def _largest_keys(keys, spare, k):  # type: ignore[no-untyped-def]
    """The k largest, moved to the front in any order; `spare`: room for as many (quickselect, Hoare 1961).

    Either side of the pivot is written without a branch, which a processor could not foretell.
    """
    begin, end = 0, len(keys)
    while begin < k < end:
        first, middle, last = keys[begin], keys[(begin + end) // 2], keys[end - 1]
        pivot = max(min(first, middle), min(max(first, middle), last))
        up, down = begin, 0
        for place in range(begin, end):
            key = keys[place]
            keys[up], spare[down] = key, key
            up += key > pivot
            down += key <= pivot
        if up > k:
            end = up
            continue
        keys[up:end] = spare[:down]
        if up == begin:  # nothing is larger than the pivot
            place = begin
            while keys[place] != pivot:
                place += 1
            keys[place], keys[begin] = keys[begin], pivot
            up += 1
        begin = up
    return keys[:k]


@numba.njit(cache=True)
def _select(columns, bits, keys, spare):  # type: ignore[no-untyped-def]
    """The best of the candidates' keys into `columns` and the `bits` of their positive scores, best first."""
    kept = _largest_keys(keys, spare, len(columns))
    kept.sort()
    for place in range(len(kept)):
        key = kept[len(kept) - 1 - place]
        columns[place], bits[place] = LAST - (key & LAST), key >> 32


@numba.njit(parallel=True, nogil=True, cache=True)
def _product_top_k(  # type: ignore[no-untyped-def]
    left_indptr, left_indices, left_data, right_indptr, right_indices, right_data,
    barred_indptr, barred_indices, row_norm, column_norm, shrinkage, k,
):  # fmt: skip
    n, m = len(row_norm), len(column_norm)
    columns, bits = np.full((n, k), -1, np.int32), np.zeros((n, k), np.int32)
    for piece in numba.prange(PIECES):
        # NaN: no product reached the column yet.
        sums = np.full(m, np.nan)
        found, keys, spare = np.empty(m + 1, np.int32), np.empty(m + 1, np.int64), np.empty(m + 1, np.int64)
        score = np.empty(1, np.float32)
        score_bits = score.view(np.int32)
        for row in range(piece, n, PIECES):
            touched = 0
            for entry in range(left_indptr[row], left_indptr[row + 1]):
                middle, weight = left_indices[entry], left_data[entry]
                for inner in range(right_indptr[middle], right_indptr[middle + 1]):
                    column, product = right_indices[inner], weight * right_data[inner]
                    before = sums[column]
                    # No branch: whether a column is new is as good as random.
                    found[touched] = column
                    touched += np.isnan(before)
                    sums[column] = product if np.isnan(before) else before + product
            for entry in range(barred_indptr[row], barred_indptr[row + 1]):
                if not np.isnan(sums[barred_indices[entry]]):
                    sums[barred_indices[entry]] = 0.0
            count = 0
            for place in range(touched):
                column = found[place]
                total = sums[column]
                sums[column] = np.nan
                if total > 0.0:
                    score[0] = total / (row_norm[row] * column_norm[column] + shrinkage)
                    keys[count] = _key(score_bits[0], column)
                    count += 1
            _select(columns[row], bits[row], keys[:count], spare)
    return columns, bits


def dense_top_k(
    scores: NDArray[np.floating], barred: csr_matrix, k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k largest positive values of each row of `scores` (B, N) but for the entries stored in `barred`.

    As product_top_k: columns (B, k) int32, best first, ties by column, -1 padded, and values.
    """
    values = np.ascontiguousarray(scores, np.float32)
    columns, bits = _dense_top_k(
        values,
        values.view(np.int32),
        barred.indptr.astype(np.int64),
        barred.indices.astype(np.int32),
        min(k, max(scores.shape[1], 1)),
    )
    return columns, bits.view(np.float32)


@numba.njit(parallel=True, nogil=True, cache=True)
def _dense_top_k(scores, score_bits, barred_indptr, barred_indices, k):  # type: ignore[no-untyped-def]
    n, m = scores.shape
    columns, bits = np.full((n, k), -1, np.int32), np.zeros((n, k), np.int32)
    for piece in numba.prange(PIECES):
        stamp, keys, spare = np.full(m, -1, np.int64), np.empty(m, np.int64), np.empty(m, np.int64)
        for row in range(piece, n, PIECES):
            for entry in range(barred_indptr[row], barred_indptr[row + 1]):
                stamp[barred_indices[entry]] = row
            count = 0
            for column in range(m):
                if scores[row, column] > 0.0 and stamp[column] != row:
                    keys[count] = _key(score_bits[row, column], column)
                    count += 1
            _select(columns[row], bits[row], keys[:count], spare)
    return columns, bits


def keep_largest(matrix: csr_matrix, k: int) -> csr_matrix:
    """The k largest values (as float32) of every row (k >= 1), ties by column; shorter rows stay whole."""
    kept = _largest(matrix.indptr.astype(np.int64), matrix.indices, matrix.data.astype(np.float32).view(np.int32), k)
    indptr = np.append(0, np.cumsum(np.minimum(np.diff(matrix.indptr), k)))
    return csr_matrix((matrix.data[kept], matrix.indices[kept], indptr), shape=matrix.shape)


@numba.njit(parallel=True, nogil=True, cache=True)
def _largest(indptr, indices, bits, k):  # type: ignore[no-untyped-def]
    """Which entries are among the k largest of their row."""
    kept = np.ones(len(bits), np.bool_)
    for row in numba.prange(len(indptr) - 1):
        start, stop = indptr[row], indptr[row + 1]
        if stop - start > k:
            keys = np.empty(stop - start, np.int64)
            for entry in range(start, stop):
                keys[entry - start] = _key(bits[entry], indices[entry])
            least = _largest_keys(keys.copy(), np.empty_like(keys), k).min()
            kept[start:stop] = keys >= least
    return kept


def product_at(
    left: csr_matrix, right: csr_matrix, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> NDArray[np.float32]:
    """(left @ right)[rows, columns] for pairs whose rows ascend, (len(rows),); the product never stands in memory."""
    wanted = np.searchsorted(rows, np.arange(left.shape[0] + 1)).astype(np.int64)
    return _product_at(  # type: ignore[no-any-return]
        *_parts(left), *_parts(right), wanted, columns.astype(np.int32), right.shape[1]
    )


@numba.njit(parallel=True, nogil=True, cache=True)
def _product_at(  # type: ignore[no-untyped-def]
    left_indptr, left_indices, left_data, right_indptr, right_indices, right_data, wanted, columns, m
):
    n = len(wanted) - 1
    out = np.zeros(len(columns), np.float32)
    for piece in numba.prange(PIECES):
        sums = np.zeros(m, np.float64)
        for row in range(piece, n, PIECES):
            if wanted[row] == wanted[row + 1]:
                continue
            # Other columns keep what earlier rows left there, which nobody reads.
            for pair in range(wanted[row], wanted[row + 1]):
                sums[columns[pair]] = 0.0
            for entry in range(left_indptr[row], left_indptr[row + 1]):
                middle, weight = left_indices[entry], left_data[entry]
                for inner in range(right_indptr[middle], right_indptr[middle + 1]):
                    sums[right_indices[inner]] += weight * right_data[inner]
            for pair in range(wanted[row], wanted[row + 1]):
                out[pair] = sums[columns[pair]]
    return out


def shared_columns(tags: csr_matrix, rows: NDArray[np.integer], others: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether tags[rows[r]] and tags[others[r, k]] have a column in common, (R, K); False for another < 0."""
    tags.sort_indices()
    return _shared_columns(tags.indptr.astype(np.int64), tags.indices.astype(np.int32), rows.astype(np.int64), others)  # type: ignore[no-any-return]


@numba.njit(parallel=True, nogil=True, cache=True)
def _shared_columns(indptr, indices, rows, others):  # type: ignore[no-untyped-def]
    out = np.zeros(others.shape, np.bool_)
    for row in numba.prange(len(rows)):
        stop = indptr[rows[row] + 1]
        for place in range(others.shape[1]):
            other = others[row, place]
            if other < 0:
                continue
            left, right, end = indptr[rows[row]], indptr[other], indptr[other + 1]
            while left < stop and right < end and indices[left] != indices[right]:
                if indices[left] < indices[right]:
                    left += 1
                else:
                    right += 1
            out[row, place] = left < stop and right < end
    return out


def row_blocks(weights: NDArray[np.integer], block_values: int = 20_000_000) -> Iterator[slice]:
    """Consecutive row ranges whose `weights` (values a row needs) sum to about `block_values`."""
    total = np.cumsum(weights)
    start = 0
    while start < len(weights):
        before = total[start - 1] if start else 0
        stop = max(int(np.searchsorted(total, before + block_values, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def distinct_pairs(rows: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]) -> csr_matrix:
    """A 0/1 float32 matrix of the distinct (row, column) pairs."""
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.data[:] = 1.0
    return matrix


def scaled_rows(matrix: csr_matrix, factors: NDArray[np.floating]) -> csr_matrix:
    """Each row multiplied by its factor."""
    out = matrix.copy()
    out.data = out.data * np.repeat(factors, np.diff(out.indptr)).astype(out.data.dtype)
    return out


def scaled_columns(matrix: csr_matrix, factors: NDArray[np.floating]) -> csr_matrix:
    """Each column multiplied by its factor."""
    out = matrix.copy()
    out.data = out.data * factors[out.indices].astype(out.data.dtype)
    return out


def diagonal(size: int) -> csr_matrix:
    """The identity, to leave every item out of its own neighbours."""
    return csr_matrix((np.ones(size, np.float32), (np.arange(size), np.arange(size))), shape=(size, size))
