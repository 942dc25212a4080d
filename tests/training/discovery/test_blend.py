from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from training.discovery.blend import Pool, distinct
from training.methods.scorer import Constant, Lists

CATALOGUE = 12


def random_scorers(generator: np.random.Generator) -> list[Lists | Constant]:
    items = np.argsort(generator.random((CATALOGUE, CATALOGUE)), axis=1)[:, :4].astype(np.int32)
    scores = -np.sort(-generator.random((CATALOGUE, 4)), axis=1).astype(np.float32)
    return [Lists(items, scores), Constant(generator.random(CATALOGUE).astype(np.float32))]


def pool(generator: np.random.Generator) -> tuple[Pool, csr_matrix]:
    scorers = random_scorers(generator)
    bought = csr_matrix((generator.random((7, CATALOGUE)) < 0.3).astype(np.float32))
    return Pool.of(scorers, bought, [scorer.best(bought, 3)[0] for scorer in scorers]), bought


@given(st.lists(st.lists(st.integers(-1, 9), min_size=5, max_size=5), min_size=1, max_size=6))
def test_candidates_are_distinct_and_padded_at_the_end(rows: list[list[int]]) -> None:
    found = distinct(np.array(rows, np.int32))
    for row, given_row in zip(found.tolist(), rows, strict=True):
        assert row[: len(set(given_row) - {-1})] == sorted(set(given_row) - {-1})
        assert set(row[len(set(given_row) - {-1}) :]) <= {-1}


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_standardised_within_each_customer(seed: int) -> None:
    found, _ = pool(np.random.default_rng(seed))
    parts = found.standardised()
    for row, scores, standard in zip(found.items, found.scores, parts, strict=True):
        real = row >= 0
        for scorer in range(scores.shape[1]):
            own = scores[real, scorer].astype(np.float64)
            expected = (own - own.mean()) / own.std() if own.std() > 1e-9 else np.zeros(len(own))
            assert standard[real, scorer] == pytest.approx(expected, abs=1e-3)
        assert not standard[~real].any()


@pytest.mark.parametrize("seed", range(5))
def test_the_blend_is_the_weighted_sum_and_names_the_method_that_gave_most(seed: int) -> None:
    found, bought = pool(np.random.default_rng(seed))
    weights = np.array([1.0, 0.5], np.float32)
    parts = found.standardised() * weights
    slots = found.slots(parts, parts.sum(axis=2), ["item_knn", "popularity"], 5)
    for row, items, scores, given_by, own in zip(
        slots, found.items, found.scores, parts, bought.toarray(), strict=True
    ):
        filled = row[row["item"] >= 0]
        assert not own[filled["item"]].any()
        assert (np.diff(filled["score"]) <= 0).all()
        for slot in filled:
            (place,) = np.flatnonzero(items == slot["item"])
            assert slot["score"] == pytest.approx(given_by[place].sum(), abs=1e-4)
            positive = np.where(scores[place] > 0, given_by[place], -np.inf)
            name = ["item_knn", "popularity"][int(positive.argmax())]
            assert slot["method"] == METHOD_NUMBER[name]
        assert len(filled) == min(5, (items >= 0).sum())
