from __future__ import annotations

import numpy as np
import pytest

from tests.engines import learned
from training.methods import ease
from training.methods.ease import EASE, modelled_items
from training.methods.item_knn import weighted


@pytest.mark.parametrize("preset", ["grocery", "untimed"])
@pytest.mark.parametrize("threads", [1, 2])
def test_weights_are_those_of_the_closed_form(preset: str, threads: int) -> None:
    """B_ij = -P_ij / P_jj, P = (X'X + regularization I)^-1 (Steck 2019), the diagonal 0."""
    dataset = learned(preset).dataset
    x = (dataset.purchases().toarray() > 0).astype(np.float64)
    several = x.sum(axis=0) > 1
    inverse = np.linalg.inv(x[:, several].T @ x[:, several] + 20.0 * np.eye(several.sum()))
    expected = np.zeros((dataset.n_items, dataset.n_items))
    expected[np.ix_(several, several)] = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0.0)
    learner = EASE(regularization=20.0, damping=0.0, target_exponent=0.0, threads=threads).fit(dataset)
    found = np.zeros_like(expected)
    for item, (near, scores) in enumerate(zip(learner.scorer_.items, learner.scorer_.scores, strict=True)):
        found[near[near >= 0], item] = scores[near >= 0]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    bought = x > 0
    for row, own in zip(learner.rows_, bought, strict=True):
        filled = row[row["item"] >= 0]
        np.testing.assert_allclose(filled["score"], (own @ expected)[filled["item"]], atol=1e-4)


def test_customers_are_damped_and_frequent_items_scaled_down() -> None:
    dataset = learned("grocery").dataset
    x = weighted(dataset.purchases(), 0.5).toarray().astype(np.float64)
    inverse = np.linalg.inv(x.T @ x + 5.0 * np.eye(x.shape[1]))
    expected = -inverse / np.diag(inverse) * np.maximum((x**2).sum(axis=0), 1e-9) ** -0.3
    learner = EASE(regularization=5.0, damping=0.5, target_exponent=0.3).fit(dataset)
    for item in np.flatnonzero((x > 0).sum(axis=0) > 1)[:20].tolist():
        near = learner.scorer_.items[item]
        filled = near >= 0
        # Items of one buyer alone are not modelled here, which moves the others a little.
        np.testing.assert_allclose(learner.scorer_.scores[item][filled], expected[near[filled], item], atol=0.02)


def test_the_largest_weights_are_kept_whatever_their_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    whole = EASE(regularization=1.0).learn(dataset.purchases())
    monkeypatch.setattr(ease, "KEPT", 9)
    found = EASE(regularization=1.0).learn(dataset.purchases())
    assert (found.scores < 0).any()
    for kept, every in zip(found.scores, whole.scores, strict=True):
        assert sorted(np.abs(kept)) == pytest.approx(sorted(np.abs(every))[-9:], abs=1e-6)


def test_of_too_many_items_those_bought_most_are_modelled() -> None:
    purchases = learned("grocery").dataset.purchases()
    buyers = np.bincount(purchases.indices, minlength=purchases.shape[1])
    found = modelled_items(purchases, 10)
    assert len(found) == 10
    assert (np.diff(found) > 0).all()
    assert buyers[found].min() >= np.sort(buyers)[-10]
    scorer = EASE(most_items=10).learn(purchases)
    assert set(np.flatnonzero((scorer.items >= 0).any(axis=1)).tolist()) <= set(found.tolist())


def test_only_what_speaks_for_an_item_is_named() -> None:
    found = EASE(regularization=1.0).fit(learned("grocery").dataset).arrays()
    filled = found["items"] >= 0
    assert filled.any()
    assert (found["scores"][filled] > 0).all()
    assert not found["scores"][~filled].any()
    assert (np.diff(found["scores"], axis=1) <= 0).all()
