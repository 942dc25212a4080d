from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.sparse import (
    dense_top_k,
    diagonal,
    distinct_pairs,
    keep_largest,
    product_at,
    product_top_k,
    row_blocks,
    scaled_columns,
    scaled_rows,
)

# Small whole numbers: sums are exact and ties common.
VALUES = st.integers(-2, 3).map(float)


@st.composite
def matrices(draw: st.DrawFn, rows: int, columns: int) -> NDArray[np.float32]:
    return draw(hnp.arrays(np.float32, (rows, columns), elements=VALUES))


def slow_top_k(
    scores: NDArray[np.floating], barred: NDArray[np.bool_], k: int
) -> tuple[list[list[int]], list[list[float]]]:
    """Every row sorted as a whole: largest positive values first, ties by column."""
    columns, values = [], []
    for row, out in zip(scores, barred, strict=True):
        order = sorted((-value, column) for column, value in enumerate(row) if value > 0 and not out[column])[:k]
        padding = min(k, scores.shape[1]) - len(order)
        columns.append([column for _, column in order] + [-1] * padding)
        values.append([-value for value, _ in order] + [0.0] * padding)
    return columns, values


@settings(max_examples=40)
@given(st.data(), st.integers(1, 7), st.integers(0, 6), st.integers(1, 9), st.integers(1, 12))
def test_product_top_k_is_the_sorted_product(data: st.DataObject, n: int, inner: int, m: int, k: int) -> None:
    left, right = data.draw(matrices(n, inner)), data.draw(matrices(inner, m))
    barred = data.draw(hnp.arrays(np.bool_, (n, m)))
    columns, values = product_top_k(csr_matrix(left), csr_matrix(right), k, left_out=csr_matrix(barred))
    expected = slow_top_k(left.astype(np.float64) @ right, barred, k)
    assert (columns.tolist(), values.tolist()) == expected


@settings(max_examples=40)
@given(st.data(), st.integers(1, 5), st.integers(1, 5), st.sampled_from([0.0, 0.5, 4.0]))
def test_product_top_k_divides_by_the_norms_and_the_shrinkage(
    data: st.DataObject, n: int, m: int, shrinkage: float
) -> None:
    left, right = np.abs(data.draw(matrices(n, 4))), np.abs(data.draw(matrices(4, m)))
    powers = st.sampled_from([0.5, 1.0, 2.0])
    rows = np.array(data.draw(st.lists(powers, min_size=n, max_size=n)))
    columns = np.array(data.draw(st.lists(powers, min_size=m, max_size=m)))
    found = product_top_k(
        csr_matrix(left), csr_matrix(right), m, row_norm=rows, column_norm=columns, shrinkage=shrinkage
    )
    scores = ((left.astype(np.float64) @ right) / (rows[:, None] * columns + shrinkage)).astype(np.float32)
    assert (found[0].tolist(), found[1].tolist()) == slow_top_k(scores, np.zeros((n, m), np.bool_), m)


def test_product_top_k_of_many_rows_is_that_of_each_row() -> None:
    """More rows than pieces of work."""
    generator = np.random.default_rng(0)
    left = csr_matrix((generator.random((300, 40)) < 0.1).astype(np.float32))
    right = csr_matrix((generator.random((40, 50)) < 0.2).astype(np.float32))
    columns, values = product_top_k(left, right, 6, left_out=left @ csr_matrix((40, 50), dtype=np.float32))
    expected = slow_top_k((left @ right).toarray(), np.zeros((300, 50), np.bool_), 6)
    assert (columns.tolist(), values.tolist()) == expected


def test_a_product_of_nothing_has_no_best_columns() -> None:
    columns, values = product_top_k(csr_matrix((0, 3)), csr_matrix((3, 0)), 5)
    assert columns.shape == values.shape == (0, 1)


@settings(max_examples=40)
@given(st.data(), st.integers(1, 6), st.integers(1, 8), st.integers(1, 10))
def test_dense_top_k_is_the_sorted_row(data: st.DataObject, n: int, m: int, k: int) -> None:
    scores, barred = data.draw(matrices(n, m)), data.draw(hnp.arrays(np.bool_, (n, m)))
    columns, values = dense_top_k(scores, csr_matrix(barred), k)
    assert (columns.tolist(), values.tolist()) == slow_top_k(scores, barred, k)


@settings(max_examples=40)
@given(st.data(), st.integers(1, 6), st.integers(1, 8), st.integers(1, 5))
def test_keep_largest_keeps_the_largest_of_every_row(data: st.DataObject, n: int, m: int, k: int) -> None:
    dense = data.draw(matrices(n, m))
    kept = keep_largest(csr_matrix(dense), k).toarray()
    for row, remaining in zip(dense, kept, strict=True):
        order = sorted((-value, column) for column, value in enumerate(row) if value)[:k]
        assert {column: remaining[column] for column in np.flatnonzero(remaining)} == {c: -v for v, c in order}


@settings(max_examples=40)
@given(st.data(), st.integers(1, 6), st.integers(1, 6))
def test_product_at_is_the_product_there(data: st.DataObject, n: int, m: int) -> None:
    left, right = data.draw(matrices(n, 4)), data.draw(matrices(4, m))
    pairs = sorted(data.draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=9)))
    rows = np.array([row for row, _ in pairs], np.int64)
    columns = np.array([column for _, column in pairs], np.int64)
    found = product_at(csr_matrix(left), csr_matrix(right), rows, columns)
    np.testing.assert_array_equal(found, (left @ right)[rows, columns])


@settings(max_examples=40)
@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 12))
def test_row_blocks_cover_every_row_once_and_are_no_larger_than_asked(weights: list[int], most: int) -> None:
    blocks = list(row_blocks(np.array(weights, np.int64), most))
    assert [row for block in blocks for row in range(block.start, block.stop)] == list(range(len(weights)))
    for block in blocks:
        assert block.stop - block.start == 1 or sum(weights[block]) <= most


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=20))
def test_distinct_pairs_are_ones(pairs: list[tuple[int, int]]) -> None:
    rows, columns = np.array([row for row, _ in pairs], int), np.array([column for _, column in pairs], int)
    matrix = distinct_pairs(rows, columns, (5, 4))
    assert {(int(row), int(column)) for row, column in zip(*matrix.nonzero(), strict=True)} == set(pairs)
    assert matrix.nnz == len(set(pairs))
    assert set(matrix.data.tolist()) <= {1.0}


def test_scaling_multiplies_rows_or_columns_and_leaves_the_matrix() -> None:
    matrix = csr_matrix(np.array([[1, 0, 2], [0, 3, 0]], np.float32))
    np.testing.assert_array_equal(scaled_rows(matrix, np.array([2.0, 5.0])).toarray(), [[2, 0, 4], [0, 15, 0]])
    np.testing.assert_array_equal(scaled_columns(matrix, np.array([2.0, 5.0, 7])).toarray(), [[2, 0, 14], [0, 15, 0]])
    np.testing.assert_array_equal(matrix.toarray(), [[1, 0, 2], [0, 3, 0]])
    np.testing.assert_array_equal(diagonal(3).toarray(), np.eye(3))
