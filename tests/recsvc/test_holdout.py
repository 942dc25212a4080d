"""Who is held out: the right share, the same everywhere, and others by another salt."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsvc.holdout import Holdout, holdout_of

IDS = np.array([f"C-{number:07d}" for number in range(100_000)], "S")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@given(st.lists(texts, max_size=30), st.floats(0.01, 0.5), st.text(max_size=5))
def test_many_at_once_are_those_that_are_one_by_one(ids: list[str], share: float, salt: str) -> None:
    holdout = Holdout(share, salt)
    many = holdout.of(np.array([one.encode() for one in ids], "S"))
    assert many.tolist() == [holdout.has(one) for one in ids]


@given(st.lists(texts, min_size=1, max_size=10), st.integers(1, 300))
def test_the_width_of_the_array_makes_no_difference(ids: list[str], more: int) -> None:
    holdout, array = Holdout(0.5, "x"), np.array([one.encode() for one in ids], "S")
    wider = array.astype(f"S{array.dtype.itemsize + more}")
    assert np.array_equal(holdout.of(array), holdout.of(wider))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.25, 0.5])
@pytest.mark.parametrize("salt", ["", "autumn", "ż" * 100])
def test_the_share_is_met_within_the_error_of_sampling(share: float, salt: str) -> None:
    found = Holdout(share, salt).of(IDS).mean()
    assert abs(found - share) < 4 * np.sqrt(share * (1 - share) / len(IDS))


def test_two_salts_choose_independently() -> None:
    one, other = Holdout(0.3, "autumn").of(IDS), Holdout(0.3, "winter").of(IDS)
    both = 0.3 * 0.3
    assert abs((one & other).mean() - both) < 4 * np.sqrt(both * (1 - both) / len(IDS))


def test_whom_a_smaller_share_holds_out_a_larger_one_does_too() -> None:
    small, large = Holdout(0.05, "autumn").of(IDS), Holdout(0.1, "autumn").of(IDS)
    assert not (small & ~large).any()
    assert small.sum() < large.sum()


def test_another_process_chooses_the_same() -> None:
    script = "from recsvc.holdout import Holdout; print([Holdout(0.5, 'a').has(f'c{n}') for n in range(40)])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str([Holdout(0.5, "a").has(f"c{number}") for number in range(40)])


def test_a_measurement_that_has_begun_goes_on_with_the_same_customers_in_every_release() -> None:
    held_out = [number for number in range(60) if Holdout(0.1, "autumn").has(f"C-{number:07d}")]
    assert held_out == [12, 17, 23, 25, 31]


def test_without_a_share_nobody_is_held_out() -> None:
    assert holdout_of(0.0, "autumn") is None
    assert isinstance(holdout_of(0.1, "autumn"), Holdout)
