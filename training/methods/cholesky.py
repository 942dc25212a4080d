"""Solving small symmetric systems inside compiled loops; LAPACK's own would take half a minute to compile in."""

from __future__ import annotations

import math

import numba


@numba.njit(cache=True, fastmath=True)
def solve_positive(matrix, right, floor):  # type: ignore[no-untyped-def]
    """matrix^-1 right, in place of `right`, by Cholesky in place of the lower triangle of `matrix` (n, n).

    `floor`: no pivot is smaller where the matrix is one with no negative eigenvalue plus floor x identity; rounding,
    or overlaps left out of the matrix, cannot push one below.
    """
    n = len(right)
    for i in range(n):
        for j in range(i):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = total / matrix[j, j]
        pivot = matrix[i, i]
        for k in range(i):
            pivot -= matrix[i, k] * matrix[i, k]
        matrix[i, i] = math.sqrt(max(pivot, floor))
        total = right[i]
        for k in range(i):
            total -= matrix[i, k] * right[k]
        right[i] = total / matrix[i, i]
    for i in range(n - 1, -1, -1):
        right[i] /= matrix[i, i]
        for k in range(i):
            right[k] -= matrix[i, k] * right[i]
