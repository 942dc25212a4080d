"""Runs of equal keys, against loops."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.next_order.runs import Runs

KEYS = st.lists(st.integers(0, 6), max_size=20).map(sorted)


@given(keys=KEYS, sought=st.lists(st.integers(0, 8), max_size=6))
def test_every_key_is_grouped_summed_and_found(keys: list[int], sought: list[int]) -> None:
    runs = Runs.of(np.array(keys, np.int64))
    distinct = sorted(set(keys))
    assert runs.key.tolist() == distinct
    assert runs.size.tolist() == [keys.count(key) for key in distinct]
    assert runs.start.tolist() == [keys.index(key) for key in distinct]
    values = np.arange(len(keys), dtype=np.float64)
    sums = [sum(place for place, key in enumerate(keys) if key == wanted) for wanted in distinct]
    assert runs.sum(values).tolist() == sums
    places = runs.find(np.array(sought, np.int64))
    assert places.found.tolist() == [key in distinct for key in sought]
    expected = [sums[distinct.index(key)] if key in distinct else -1.0 for key in sought]
    assert places.of(runs.sum(values), -1.0).tolist() == expected


def test_last_is_the_last_element_of_each_run() -> None:
    assert Runs.of(np.array([1, 1, 4, 7, 7, 7])).last.tolist() == [1, 2, 5]
