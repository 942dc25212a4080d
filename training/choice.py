"""Conditional logit (McFadden 1974): weights under which each query's chosen candidate is the likeliest of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.logistic import ITERATIONS, LEAST_SPREAD

RIDGE = 1e-3


def fit_choice(
    features: NDArray[np.floating], query: NDArray[np.integer], chosen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Weights of the raw features, (F,); `query` (n,) ascends, and one candidate of each is `chosen`.

    Columns are standardised inside. One that does not vary teaches nothing and weighs nothing.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > LEAST_SPREAD * (1.0 + np.abs(mean)), spread, np.inf)
    x = (features - mean) / spread
    start = np.flatnonzero(np.diff(query, prepend=-1))
    of = np.cumsum(np.diff(query, prepend=-1) != 0) - 1
    wanted = x[chosen]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ weights
        most = np.maximum.reduceat(z, start)
        odds = np.exp(z - most[of])
        total = np.add.reduceat(odds, start)
        value = np.mean(np.log(total) + most) - np.mean(wanted @ weights) + RIDGE * weights @ weights
        slope = (odds / total[of]) @ x / len(start) - wanted.mean(axis=0) + 2 * RIDGE * weights
        return float(value), slope

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    weights: NDArray[np.float64] = found / spread
    return weights
