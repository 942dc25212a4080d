from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from tests.engines import learned
from training.methods.bought import capped
from training.methods.ials import IALS, Taste, half_step, whitened


@settings(max_examples=30)
@given(st.integers(0, 999), st.integers(1, 6), st.integers(1, 12))
def test_a_half_step_solves_the_normal_equations_of_every_row(seed: int, factors: int, columns: int) -> None:
    """(V_S'V_S + w V'V + reg (|S| + w M) I) u = V_S'1; rows of nothing stay at zero."""
    generator = np.random.default_rng(seed)
    fixed = generator.normal(size=(columns, factors)).astype(np.float32)
    bought = generator.random((8, columns)) < 0.4
    found = half_step(csr_matrix(bought.astype(np.float32)), fixed, 0.02, 0.1)
    for row, own in zip(found, bought, strict=True):
        taken = fixed[own].astype(np.float64)
        ridge = 0.1 * (own.sum() + 0.02 * columns)
        gram = taken.T @ taken + 0.02 * fixed.T @ fixed + ridge * np.eye(factors)
        np.testing.assert_allclose(row, np.linalg.solve(gram, taken.sum(axis=0)), atol=2e-3)


@settings(max_examples=30)
@given(st.integers(0, 999), st.integers(1, 6), st.integers(1, 12))
def test_what_counts_less_weighs_less_in_a_half_step(seed: int, factors: int, columns: int) -> None:
    """(V'CV + w V'V + reg (|S| + w M) I) u = V'C1, C the entries of the row."""
    generator = np.random.default_rng(seed)
    fixed = generator.normal(size=(columns, factors)).astype(np.float32)
    bought = (generator.random((8, columns)) < 0.5) * generator.choice([1.0, 0.3, 0.05], (8, columns))
    found = half_step(csr_matrix(bought.astype(np.float32)), fixed, 0.02, 0.1)
    for row, counts in zip(found, bought, strict=True):
        ridge = 0.1 * ((counts > 0).sum() + 0.02 * columns)
        gram = (fixed.T * counts) @ fixed + 0.02 * fixed.T @ fixed + ridge * np.eye(factors)
        np.testing.assert_allclose(row, np.linalg.solve(gram.astype(np.float64), fixed.T @ counts), atol=2e-3)


def loss(bought: np.ndarray, users: np.ndarray, items: np.ndarray, weight: float, reg: float) -> float:
    """What iALS minimises, as its docstring states it."""
    scores = users @ items.T
    total = ((1 - scores[bought]) ** 2).sum() + weight * (scores**2).sum()
    n_u, n_i = bought.sum(axis=1), bought.sum(axis=0)
    total += reg * ((n_u + weight * bought.shape[1]) @ (users**2).sum(axis=1))
    return float(total + reg * ((n_i + weight * bought.shape[0]) @ (items**2).sum(axis=1)))


def test_every_iteration_lowers_the_loss() -> None:
    purchases = learned("grocery").dataset.purchases()
    bought = capped(purchases)
    losses = []
    for iterations in (1, 2, 4, 8):
        learner = IALS(factors=6, unobserved_weight=0.1, regularization=0.02, iterations=iterations)
        items = learner.learn(purchases).factors
        users = half_step(bought, items, 0.1, 0.02)
        losses.append(loss(bought.toarray() > 0, users, items, 0.1, 0.02))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("preset", ["grocery", "books"])
def test_rows_are_the_best_products_of_factors_not_bought_before(preset: str) -> None:
    dataset = learned(preset).dataset
    learner = IALS(factors=8, depth=9).fit(dataset)
    bought = capped(dataset.purchases())
    scores = learner.scorer_.customers(bought) @ learner.scorer_.factors.T
    scores[bought.toarray() > 0] = -np.inf
    for row, own in zip(learner.rows_, scores, strict=True):
        filled = row[row["item"] >= 0]
        best = np.sort(own[own > 0])[::-1][:9]
        assert filled["score"].tolist() == pytest.approx(best.tolist(), rel=1e-4)
        assert filled["score"].tolist() == pytest.approx(own[filled["item"]].tolist(), rel=1e-4)


def test_scores_of_given_items_are_those_of_the_best() -> None:
    dataset = learned("grocery").dataset
    learner = IALS(factors=8).fit(dataset)
    bought = capped(dataset.purchases())
    items, scores = learner.scorer_.best(bought, 7)
    np.testing.assert_allclose(learner.scorer_.at(bought, items), scores, atol=1e-5)


def test_products_of_whitened_factors_are_first_order_contributions() -> None:
    """z_i . z_j = v_i' (w V'V + reg I)^-1 v_j."""
    factors = np.random.default_rng(0).normal(size=(9, 3)).astype(np.float32)
    z = whitened(Taste(factors, unobserved_weight=0.2, regularization=0.1))
    inverse = np.linalg.inv(0.2 * factors.T @ factors + 0.1 * np.eye(3))
    np.testing.assert_allclose(z @ z.T, factors @ inverse @ factors.T, atol=1e-4)
