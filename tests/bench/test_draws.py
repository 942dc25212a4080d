"""Draws are distinct, within bounds, skewed, and the same for a seed."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bench.draws import BLOCK, distinct_ranks, ids, shuffled_ranks


@given(seed=st.integers(0, 2**32 - 1), below=st.integers(1, 10_000), share=st.floats(0, 1))
def test_ranks_ascend_within_bounds(seed: int, below: int, share: float) -> None:
    length = max(1, int(below * share))
    ranks = distinct_ranks(np.random.default_rng(seed), np.arange(length), length, below)
    assert ranks.min() >= 0
    assert ranks.max() < below
    assert (np.diff(ranks) > 0).all()


def test_shuffled_lists_hold_distinct_numbers_in_every_block() -> None:
    lists = np.sort(shuffled_ranks(np.random.default_rng(0), BLOCK + 3, 5, 20), axis=1)
    assert (np.diff(lists, axis=1) > 0).all()
    assert lists.min() == 0
    assert lists.max() == 19


def test_small_numbers_are_drawn_most() -> None:
    ranks = shuffled_ranks(np.random.default_rng(0), 1_000, 10, 10_000)
    assert (ranks < 100).mean() > 10 * (ranks >= 9_900).mean()


def test_ids_are_distinct_ascending_and_of_the_seed() -> None:
    drawn = ids(np.random.default_rng(3), "I", 1_000)
    assert (drawn[:-1] < drawn[1:]).all()
    assert drawn[0].startswith(b"I00")
    assert (drawn == ids(np.random.default_rng(3), "I", 1_000)).all()
