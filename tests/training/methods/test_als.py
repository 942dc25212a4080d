from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from implicit.cpu.als import AlternatingLeastSquares

from tests.engines import learned
from training.dataset import Dataset
from training.methods.als import ALS, best_unbought, whitened


def model_of(dataset: Dataset) -> AlternatingLeastSquares:
    """implicit itself, given the confidences of Hu, Koren and Volinsky."""
    purchases = dataset.purchases()
    confidence = purchases.copy()
    confidence.data = (1.0 + 2.0 * np.log1p(confidence.data)).astype(np.float32)
    model = AlternatingLeastSquares(
        factors=8, regularization=0.05, alpha=1.0, iterations=10, random_state=3, num_threads=1
    )
    model.fit(confidence, show_progress=False)
    return model


@pytest.mark.parametrize("preset", ["grocery", "books", "variants"])
def test_rows_are_the_best_products_of_factors_not_bought_before(preset: str) -> None:
    dataset = learned(preset).dataset
    model, purchases = model_of(dataset), dataset.purchases().toarray()
    scores = model.user_factors @ model.item_factors.T
    scores[purchases > 0] = -np.inf
    scores[:, purchases.sum(axis=0) == 0] = -np.inf
    rows = ALS(factors=8, depth=15, seed=3).fit(dataset).arrays()["rows"]
    for customer, row in enumerate(rows):
        filled = row[row["item"] >= 0]
        assert filled["score"].tolist() == pytest.approx(scores[customer, filled["item"]].tolist(), abs=1e-4)
        best = np.sort(scores[customer][np.isfinite(scores[customer])])[::-1]
        assert filled["score"].tolist() == pytest.approx(best[: len(filled)].tolist(), abs=1e-4)
        assert (row["item"][len(filled) :] == -1).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_nothing(threads: int) -> None:
    dataset = learned("tiny").dataset
    found, alone = ALS(threads=threads).fit(dataset).arrays(), ALS().fit(dataset).arrays()
    assert found["rows"].tobytes() == alone["rows"].tobytes()


def test_what_implicit_pads_with_is_no_item() -> None:
    """Item 0 again and again, -1, or the lowest float: none of it was scored."""

    class Padding:
        def recommend(self, *_: object, **__: object) -> tuple[np.ndarray, np.ndarray]:
            lowest = np.finfo(np.float32).min
            items = np.array([[2, 0, 0, -1], [1, 3, 2, 0]])
            return items, np.array([[0.5, 0.1, 0.0, 0.0], [0.9, lowest, np.nan, 0.2]], np.float32)

    purchases = learned("tiny").dataset.purchases()[:2, :4]
    purchases = type(purchases)(np.ones((2, 4), np.float32))
    slots = best_unbought(Padding(), purchases, 4)  # type: ignore[arg-type]
    assert slots["item"].tolist() == [[2, 0, -1, -1], [1, 0, -1, -1]]
    assert np.isfinite(slots["score"][slots["item"] >= 0]).all()


@given(st.integers(0, 99))
def test_products_of_whitened_factors_are_first_order_contributions(seed: int) -> None:
    """z_i . z_j = y_i' (Y'Y + reg I)^-1 y_j."""
    factors = np.random.default_rng(seed).normal(size=(9, 3)).astype(np.float32)
    inverse = np.linalg.inv(factors.T @ factors + 0.1 * np.eye(3))
    z = whitened(factors, 0.1)
    np.testing.assert_allclose(z @ z.T, factors @ inverse @ factors.T, atol=1e-4)
