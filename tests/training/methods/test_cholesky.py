from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.methods.cholesky import solve_positive


@settings(max_examples=30)
@given(st.integers(0, 999), st.integers(1, 9))
def test_the_solution_is_that_of_lapack(seed: int, size: int) -> None:
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(size, size))
    matrix, right = root @ root.T + 0.5 * np.eye(size), generator.normal(size=size)
    expected = np.linalg.solve(matrix, right)
    solve_positive(matrix.copy(), right, 0.5)
    np.testing.assert_allclose(right, expected, rtol=1e-6, atol=1e-9)


def test_a_pivot_that_rounding_made_negative_is_lifted_to_the_floor() -> None:
    right = np.ones(2)
    solve_positive(np.array([[1.0, 1.0], [1.0, 1.0 - 1e-12]]), right, 0.1)
    assert np.isfinite(right).all()
