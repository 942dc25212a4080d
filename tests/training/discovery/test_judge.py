"""Judging: a change counts where it gains more than chance would."""

from __future__ import annotations

import numpy as np

from training.discovery.judge import gains


def test_a_gain_has_to_exceed_so_many_standard_errors_of_the_differences() -> None:
    generator = np.random.default_rng(0)
    before = [generator.random(400), generator.random(100)]
    noise = [generator.normal(0.0, 0.1, len(each)) for each in before]
    noise = [each - each.mean() for each in noise]
    error = np.concatenate(noise).std() / np.sqrt(500)

    def changed(by: float) -> list[np.ndarray]:
        return [each + more + by for each, more in zip(before, noise, strict=True)]

    assert gains(changed(1.01 * error), before, 1.0)
    assert not gains(changed(0.99 * error), before, 1.0)
    assert gains(changed(0.01 * error), before, 0.0)
    assert not gains(before, before, 0.0)


def test_every_hold_out_counts_the_same() -> None:
    before = [np.zeros(1_000), np.zeros(10)]
    assert gains([np.full(1_000, -0.01), np.full(10, 0.02)], before, 0.0)
    assert not gains([np.full(1_000, 0.01), np.full(10, -0.02)], before, 0.0)
