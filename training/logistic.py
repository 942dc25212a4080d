"""Logistic regression with a little ridge, for probabilities that the service evaluates in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

RIDGE = 1e-4
ITERATIONS = 100
# Beside its mean, what counts as variation and not as rounding.
LEAST_SPREAD = 1e-6


def fit_logistic(features: NDArray[np.floating], label: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of the raw features, (F + 1,) with the intercept last; columns are standardised inside.

    A column that does not vary teaches nothing and weighs nothing.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > LEAST_SPREAD * (1.0 + np.abs(mean)), spread, np.inf)
    x = np.column_stack([(features - mean) / spread, np.ones(len(features))])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ weights
        penalty = RIDGE * np.append(weights[:-1], 0.0)
        value = np.mean(np.logaddexp(0.0, z) - label * z) + penalty @ weights
        return float(value), x.T @ (expit(z) - label) / len(label) + 2 * penalty

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    raw = found[:-1] / spread
    weights: NDArray[np.float64] = np.append(raw, found[-1] - raw @ mean)
    return weights
