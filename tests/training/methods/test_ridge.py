from __future__ import annotations

import numpy as np
import pytest

from tests.engines import learned
from training.methods.item_knn import ItemKNN, weighted
from training.methods.ridge import Ridge


@pytest.mark.parametrize("preset", ["grocery", "untimed"])
def test_weights_are_one_ridge_regression_over_each_items_neighbours(preset: str) -> None:
    dataset = learned(preset).dataset
    purchases = dataset.purchases()
    learner = Ridge(damping=0.3, regularization=4.0, target_exponent=0.2, neighbours=6).fit(dataset)
    near = ItemKNN(neighbours=6).similar(weighted(purchases, ItemKNN().damping))[0]
    x = weighted(purchases, 0.3).toarray().astype(np.float64)
    gram, scorer = x.T @ x, learner.scorer_
    for item in range(dataset.n_items):
        own = near[item][near[item] >= 0]
        inverse = np.linalg.inv(gram[np.ix_(own, own)] + 4.0 * np.eye(len(own)))
        expected = inverse @ gram[own, item] * max(gram[item, item], 1e-9) ** -0.2
        found = dict(zip(scorer.items[item].tolist(), scorer.scores[item].tolist(), strict=True))
        assert {j: found[j] for j in own.tolist()} == pytest.approx(
            dict(zip(own.tolist(), expected, strict=True)), abs=1e-4
        )


def test_only_what_speaks_for_an_item_is_named_and_the_strongest_first() -> None:
    found = Ridge(neighbours=20, regularization=0.5).fit(learned("grocery").dataset).arrays()
    filled = found["items"] >= 0
    assert filled.any()
    assert (found["scores"][filled] > 0).all()
    assert not found["scores"][~filled].any()
    assert (np.diff(found["scores"], axis=1) <= 0).all()
    assert (np.diff(filled.astype(int), axis=1) <= 0).all()


def test_negative_weights_count_in_the_rows() -> None:
    dataset = learned("grocery").dataset
    learner = Ridge(neighbours=20, regularization=0.5).fit(dataset)
    assert (learner.scorer_.scores < 0).any()
    bought = dataset.purchases().toarray() > 0
    dense = np.zeros((dataset.n_items, dataset.n_items))
    for item, (items, scores) in enumerate(zip(learner.scorer_.items, learner.scorer_.scores, strict=True)):
        dense[items[items >= 0], item] = scores[items >= 0]
    for row, own in zip(learner.rows_, bought, strict=True):
        filled = row[row["item"] >= 0]
        sums = own @ dense
        assert filled["score"].tolist() == pytest.approx(sums[filled["item"]].tolist(), abs=1e-4)
