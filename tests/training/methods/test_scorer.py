from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from training.methods import scorer
from training.methods.scorer import Constant, Lists, only_looked_at, owned, ranked

N = 7


def lists_of(seed: int) -> Lists:
    generator = np.random.default_rng(seed)
    items = np.array([generator.permutation(N)[:3] for _ in range(N)], np.int32)
    items[generator.random(items.shape) < 0.2] = -1
    items = np.take_along_axis(items, np.argsort(items < 0, axis=1, kind="stable"), axis=1)
    scores = np.where(items >= 0, generator.integers(-2, 5, items.shape), 0).astype(np.float32)
    return Lists(items, scores)


def bought_of(seed: int) -> csr_matrix:
    return csr_matrix((np.random.default_rng(seed).random((5, N)) < 0.4).astype(np.float32))


@settings(max_examples=40)
@given(st.integers(0, 999))
def test_a_list_scores_the_sum_over_what_was_bought(seed: int) -> None:
    lists, bought = lists_of(seed), bought_of(seed + 1)
    everything = np.tile(np.arange(N, dtype=np.int32), (5, 1))
    owned = [set(row.indices.tolist()) for row in bought]
    expected = [
        [sum(s for j, s in zip(lists.items[i], lists.scores[i], strict=True) if j in own) for i in range(N)]
        for own in owned
    ]
    assert lists.at(bought, everything).tolist() == expected
    items, scores = lists.best(bought, 3)
    for own, sums, row, values in zip(owned, expected, items.tolist(), scores.tolist(), strict=True):
        best = sorted((-s, i) for i, s in enumerate(sums) if s > 0 and i not in own)[:3]
        assert row == [i for _, i in best] + [-1] * (3 - len(best))
        assert values == [-s for s, _ in best] + [0.0] * (3 - len(best))


def test_unknown_items_score_nothing() -> None:
    wanted = np.full((5, 2), -1, np.int32)
    assert not lists_of(0).at(bought_of(0), wanted).any()
    assert not Constant(np.ones(N, np.float32)).at(bought_of(0), wanted).any()


def test_a_constant_offers_everybody_the_same_but_what_they_bought() -> None:
    constant = Constant(np.array([3, 1, 0, 5, 2, 2, -1], np.float32))
    bought = csr_matrix(np.array([[0, 0, 0, 1, 0, 0, 0], [0] * 7], np.float32))
    items, scores = constant.best(bought, 3)
    assert items.tolist() == [[0, 4, 5], [3, 0, 4]]
    assert scores.tolist() == [[3, 2, 2], [5, 3, 2]]
    assert constant.at(bought, items).tolist() == scores.tolist()


def test_blocks_of_rows_change_nothing(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    constant, bought = Constant(np.arange(N, dtype=np.float32)), bought_of(3)
    whole = constant.best(bought, 4)
    monkeypatch.setattr(scorer, "BLOCK_VALUES", 2 * N)
    for found, expected in zip(constant.best(bought, 4), whole, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_ranked_lists_name_their_method_and_pad_with_nothing() -> None:
    slots = ranked(lists_of(1), bought_of(1), 50, "ridge")
    assert slots.shape == (5, N)
    filled = slots["item"] >= 0
    assert set(slots["method"].ravel().tolist()) == {METHOD_NUMBER["ridge"]}
    assert np.isneginf(slots["score"][~filled]).all()


def test_what_was_looked_at_speaks_with_its_weight_and_may_be_recommended() -> None:
    lists = Lists(np.array([[1, 2], [2, -1], [0, 1]], np.int32), np.array([[4, 3], [2, 0], [1, 1]], np.float32))
    known = csr_matrix(np.array([[0, 0.5, 1.0]], np.float32))
    items, scores = lists.best(known, 3)
    assert items.tolist() == [[0, 1, -1]]
    assert scores.tolist() == [[5.0, 2.0, 0.0]]
    assert lists.at(known, items[:, :2]).tolist() == [[5.0, 2.0]]
    assert lists.strongest(known, np.array([[0, 1, 2]], np.int32)).tolist() == [[2, 2, 1]]
    assert lists.most(known, np.array([[0, 1, 2, -1]], np.int32)).tolist() == [[3.0, 2.0, 0.5, 0.0]]
    assert owned(known).toarray().tolist() == [[0, 0, 1]]
    assert only_looked_at(known).toarray().tolist() == [[0, 0.5, 0]]
