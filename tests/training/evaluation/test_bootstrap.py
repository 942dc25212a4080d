"""The bootstrap's means and intervals, against references and known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.bootstrap import Bootstrap


def test_a_constant_has_an_interval_of_no_width() -> None:
    assert Bootstrap(np.arange(50)).interval(np.full((50, 1), 0.25)).tolist() == [[0.25], [0.25]]


def test_interval_of_a_mean_is_about_two_standard_errors_wide() -> None:
    rows = np.random.default_rng(1).normal(5.0, 2.0, (2_000, 1))
    low, high = Bootstrap(np.arange(2_000)).interval(rows)[:, 0]
    assert low < rows.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * 2.0 / np.sqrt(2_000), rel=0.1)


def test_rows_of_one_customer_are_drawn_together() -> None:
    rows = np.repeat(np.random.default_rng(1).normal(size=(200, 1)), 5, axis=0)
    apart = Bootstrap(np.arange(1_000)).interval(rows)[:, 0]
    together = Bootstrap(np.repeat(np.arange(200), 5)).interval(rows)[:, 0]
    assert np.ptp(together) == pytest.approx(np.ptp(apart) * np.sqrt(5), rel=0.15)


@given(
    groups=st.lists(st.integers(0, 4), min_size=1, max_size=12),
    holes=st.integers(0, 2**12 - 1),
    seed=st.integers(0, 99),
)
def test_every_draw_is_the_weighted_mean_of_the_rows_known(groups: list[int], holes: int, seed: int) -> None:
    rows = np.arange(len(groups), dtype=np.float64)
    rows[[bool(holes >> place & 1) for place in range(len(groups))]] = np.nan
    bootstrap = Bootstrap(np.array(groups), draws=7, seed=seed)
    customers = sorted(set(groups))
    for drawn, weight in zip(bootstrap.means(rows[:, None])[:, 0], bootstrap.weights, strict=True):
        times = [weight[customers.index(group)] for group in groups]
        known = [(value, count) for value, count in zip(rows, times, strict=True) if value == value and count]
        expected = sum(value * count for value, count in known) / sum(count for _, count in known) if known else np.nan
        assert weight.sum() == len(customers)
        assert drawn == pytest.approx(expected, nan_ok=True)


def test_draws_do_not_depend_on_the_size_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(1).normal(size=(40, 2))
    whole = Bootstrap(np.arange(40), draws=20).means(rows)
    monkeypatch.setattr("training.evaluation.bootstrap.BLOCK_VALUES", 120)
    assert Bootstrap(np.arange(40), draws=20).means(rows) == pytest.approx(whole)


def test_a_metric_that_some_draws_lack_has_no_interval() -> None:
    rows = np.full((30, 1), np.nan)
    rows[0] = 1.0
    assert np.isnan(Bootstrap(np.arange(30)).interval(rows)).all()


def test_nobody_gives_no_interval() -> None:
    assert np.isnan(Bootstrap(np.empty(0, np.int64)).interval(np.empty((0, 3)))).all()
