from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import DTypeLike

from models.sorting import FEW, is_among, lexicographic_order, stable_order

SIZES = [0, 1, 7, FEW - 1, FEW, 3 * FEW]


def drawn(size: int, most: int, dtype: DTypeLike, seed: int = 0) -> np.ndarray:
    """Numbers of both signs, among them both zeros of a float."""
    numbers = np.random.default_rng(seed).integers(-most, most, size).astype(dtype)
    return numbers * np.asarray(0.25, dtype) if np.dtype(dtype).kind == "f" else numbers


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("most", [2, 1_000, 2**31 - 1])
@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
def test_equal_keys_stay_in_their_order(size: int, most: int, dtype: DTypeLike) -> None:
    keys = drawn(size, most, dtype)
    np.testing.assert_array_equal(stable_order(keys), keys.argsort(kind="stable"))


@pytest.mark.parametrize("most", [2**62, 2**40])
def test_keys_too_large_to_stand_beside_their_place(most: int) -> None:
    keys = np.append(drawn(2 * FEW, most, np.int64), drawn(2 * FEW, most, np.int64))
    np.testing.assert_array_equal(stable_order(keys), keys.argsort(kind="stable"))


def test_both_zeros_are_one_key() -> None:
    keys = np.tile(np.array([0.0, -0.0, 1.0], np.float32), FEW)
    np.testing.assert_array_equal(stable_order(keys), keys.argsort(kind="stable"))
    np.testing.assert_array_equal(stable_order(keys.astype(np.float64)), keys.argsort(kind="stable"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("most", [3, 10_000])
@pytest.mark.parametrize("dtype", [np.int32, np.float32, np.float64])
def test_values_decide_where_keys_are_equal(size: int, most: int, dtype: DTypeLike) -> None:
    keys, values = drawn(size, most, np.int64), drawn(size, 20, dtype, seed=1)
    np.testing.assert_array_equal(lexicographic_order(values, keys), np.lexsort((values, keys)))


def test_membership_is_that_of_sets() -> None:
    sought = np.array([[3, -1], [0, 9]])
    assert is_among(sought, np.array([9, 3, 3])).tolist() == [[True, False], [False, True]]
    assert is_among(sought, np.empty(0, np.int64)).tolist() == [[False, False], [False, False]]
