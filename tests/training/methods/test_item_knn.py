from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines import learned
from training.methods import item_knn
from training.methods.item_knn import ItemKNN

SETTINGS = [
    {},
    {"damping": 0.0, "own_exponent": 0.5, "other_exponent": 0.5, "shrinkage": 0.0},  # cosine
    {"damping": 1.0, "own_exponent": 1.0, "other_exponent": 0.3, "shrinkage": 2.0},
]


def slow_scores(bought: NDArray[np.bool_], learner: ItemKNN) -> NDArray[np.float64]:
    """score[i, j] of j speaking for i, one pair at a time."""
    n = bought.shape[1]
    weight = [1.0 / max(row.sum(), 1) ** learner.damping for row in bought]
    norm = [sum(w for w, row in zip(weight, bought, strict=True) if row[item]) for item in range(n)]
    scores = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            both = sum(w for w, row in zip(weight, bought, strict=True) if row[i] and row[j])
            if i != j and both:
                divisor = norm[j] ** learner.own_exponent * norm[i] ** learner.other_exponent
                scores[i, j] = both / (divisor + learner.shrinkage)
    return scores


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("preset", ["grocery", "untimed"])
def test_each_item_keeps_those_that_speak_for_it_the_most(preset: str, settings: dict[str, float]) -> None:
    dataset = learned(preset).dataset
    learner = ItemKNN(neighbours=10, **settings).fit(dataset)  # type: ignore[arg-type]
    expected = slow_scores(dataset.purchases().toarray() > 0, learner)
    found = learner.arrays()
    for item in range(dataset.n_items):
        kept = found["items"][item][found["items"][item] >= 0]
        assert found["scores"][item][: len(kept)].tolist() == pytest.approx(expected[item, kept].tolist(), rel=1e-4)
        best = np.sort(expected[item][expected[item] > 0])[::-1][:10]
        assert expected[item, kept].tolist() == pytest.approx(best.tolist(), rel=1e-4)


@pytest.mark.parametrize("preset", ["books", "variants"])
def test_a_customer_is_offered_the_best_sums_over_what_they_did_not_buy(preset: str) -> None:
    dataset = learned(preset).dataset
    found = ItemKNN(neighbours=8, depth=12).fit(dataset).arrays()
    lists = [
        dict(zip(items.tolist(), scores.tolist(), strict=True))
        for items, scores in zip(found["items"], found["scores"], strict=True)
    ]
    for bought, row in zip(dataset.purchases().toarray() > 0, found["rows"], strict=True):
        owned = np.flatnonzero(bought).tolist()
        sums = {item: sum(lists[item].get(own, 0.0) for own in owned) for item in range(dataset.n_items)}
        expected = sorted((score for item, score in sums.items() if score > 0 and item not in owned), reverse=True)[:12]
        filled = row[row["item"] >= 0]
        assert filled["score"].tolist() == pytest.approx(expected, rel=1e-4)
        assert filled["score"].tolist() == pytest.approx([sums[item] for item in filled["item"].tolist()], rel=1e-4)
        assert not set(filled["item"].tolist()) & set(owned)


def test_heavy_customers_teach_with_what_they_buy_most(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    monkeypatch.setattr(item_knn, "TEACHING_ITEMS", 3)
    taught = item_knn.weighted(dataset.purchases(), damping=0.0)
    counts = dataset.purchases().toarray()
    for row, all_counts in zip(taught.toarray(), counts, strict=True):
        kept = np.flatnonzero(row)
        expected = sorted((-count, item) for item, count in enumerate(all_counts) if count)[:3]
        assert kept.tolist() == sorted(item for _, item in expected)
