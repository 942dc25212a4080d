from __future__ import annotations

import numpy as np
import pytest

from training.choice import fit_choice

GENERATOR = np.random.default_rng(5)


def planted(weights: list[float], queries: int = 4_000, width: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Choices drawn with the odds that the weights give each candidate of a query."""
    features = GENERATOR.normal(3.0, 2.0, (queries * width, len(weights)))
    query = np.repeat(np.arange(queries), width)
    # The largest of utility + Gumbel noise is chosen with just those odds.
    noisy = features @ np.array(weights) + GENERATOR.gumbel(size=len(query))
    chosen = np.zeros(len(query), np.bool_)
    chosen[np.arange(queries) * width + noisy.reshape(queries, width).argmax(axis=1)] = True
    return features, query, chosen


def test_planted_weights_are_found_again() -> None:
    assert fit_choice(*planted([0.6, -0.3, 0.0])) == pytest.approx([0.6, -0.3, 0.0], abs=0.05)


def test_a_column_that_does_not_vary_weighs_nothing() -> None:
    features, query, chosen = planted([0.5])
    found = fit_choice(np.column_stack([features, np.full(len(query), 7.0)]), query, chosen)
    assert found[1] == 0.0
    assert found[0] == pytest.approx(0.5, abs=0.05)


def test_queries_may_be_of_any_width_and_number() -> None:
    """Each query's candidates compete among themselves alone: a query of one candidate says nothing."""
    features, query, chosen = planted([0.5])
    more = np.append(features, [[100.0]], axis=0), np.append(query, 9_999), np.append(chosen, True)
    scale = features.std(), more[0].std()
    assert fit_choice(*more) == pytest.approx(fit_choice(features, query, chosen), abs=0.02 * max(scale))
