from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from training.logistic import RIDGE, fit_logistic

GENERATOR = np.random.default_rng(0)
FEATURES = GENERATOR.normal([0.0, 5.0], [1.0, 20.0], (20_000, 2))
PLANTED = np.array([1.5, -0.05, 0.3])
LABEL = GENERATOR.random(len(FEATURES)) < expit(FEATURES @ PLANTED[:2] + PLANTED[2])


def test_planted_weights_are_found() -> None:
    assert fit_logistic(FEATURES, LABEL).tolist() == pytest.approx(PLANTED.tolist(), rel=0.1)


def test_no_small_change_of_the_weights_fits_better() -> None:
    spread = FEATURES.std(axis=0)

    def loss(weights: np.ndarray) -> float:
        z = FEATURES @ weights[:2] + weights[2]
        return float(np.mean(np.logaddexp(0, z) - LABEL * z) + RIDGE * ((weights[:2] * spread) ** 2).sum())

    found = fit_logistic(FEATURES, LABEL)
    for step in np.concatenate([np.diag([1e-2, 1e-3, 1e-2]), np.diag([-1e-2, -1e-3, -1e-2])]):
        assert loss(found) < loss(found + step)


def test_a_column_that_does_not_vary_weighs_nothing() -> None:
    """Its value may be another one where the weights are used."""
    constant = np.full((len(FEATURES), 1), 0.6931471805599453)
    constant[::2] = np.nextafter(constant[::2], 1.0)
    found = fit_logistic(np.hstack([FEATURES, constant]), LABEL)
    assert found[2] == 0.0
    assert found[[0, 1, 3]].tolist() == pytest.approx(fit_logistic(FEATURES, LABEL).tolist(), rel=1e-4)
