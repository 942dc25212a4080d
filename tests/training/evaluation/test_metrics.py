"""Metrics equal slow references written from their definitions."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ragged import Ragged
from training.evaluation import metrics

ITEMS = 12
NAN = math.nan

items = st.lists(st.integers(0, ITEMS - 1), unique=True, max_size=6)
queries = st.lists(st.tuples(items, items), min_size=1, max_size=6)


def padded(slates: list[list[int]], width: int = 6) -> np.ndarray:
    return np.array([slate + [-1] * (width - len(slate)) for slate in slates], np.int32)


def recall(shown: list[int], truth: list[int], k: int) -> float:
    return len(set(shown[:k]) & set(truth)) / len(truth) if truth else NAN


def precision(shown: list[int], truth: list[int], k: int) -> float:
    return len(set(shown[:k]) & set(truth)) / k if truth else NAN


def hit(shown: list[int], truth: list[int], k: int) -> float:
    return float(bool(set(shown[:k]) & set(truth))) if truth else NAN


def ndcg(shown: list[int], truth: list[int], k: int) -> float:
    gained = sum(1 / math.log2(place + 2) for place, item in enumerate(shown[:k]) if item in truth)
    return gained / sum(1 / math.log2(place + 2) for place in range(len(truth))) if truth else NAN


@pytest.mark.parametrize(
    ("fast", "slow"),
    [
        (metrics.recall_at_k, recall),
        (metrics.precision_at_k, precision),
        (metrics.hit_at_k, hit),
        (metrics.ndcg_whole_at_k, ndcg),
    ],
)
@given(asked=queries, k=st.integers(1, 8))
def test_metric_of_the_first_k_equals_its_reference(
    fast, slow, asked: list[tuple[list[int], list[int]]], k: int
) -> None:
    shown, truth = padded([slate for slate, _ in asked]), Ragged.from_lists([wanted for _, wanted in asked])
    assert fast(shown, truth, k) == pytest.approx([slow(slate, wanted, k) for slate, wanted in asked], nan_ok=True)


@given(asked=queries)
def test_reciprocal_rank_equals_its_reference(asked: list[tuple[list[int], list[int]]]) -> None:
    def slow(shown: list[int], truth: list[int]) -> float:
        return next((1 / (n + 1) for n, item in enumerate(shown) if item in truth), 0.0) if truth else NAN

    shown, truth = padded([slate for slate, _ in asked]), Ragged.from_lists([wanted for _, wanted in asked])
    assert metrics.reciprocal_rank(shown, truth) == pytest.approx([slow(*query) for query in asked], nan_ok=True)


@given(asked=queries, k=st.integers(1, 8))
def test_value_adds_up_what_the_hits_were_worth(asked: list[tuple[list[int], list[int]]], k: int) -> None:
    truth = Ragged.from_lists([wanted for _, wanted in asked])
    value = np.where(truth.values == 0, np.nan, truth.values * 1.5)
    slow = [sum(1.5 * item for item in set(slate[:k]) & set(wanted)) if wanted else NAN for slate, wanted in asked]
    shown = padded([slate for slate, _ in asked])
    assert metrics.value_at_k(shown, truth, value, k) == pytest.approx(slow, nan_ok=True)


@given(slates=st.lists(items, min_size=1, max_size=6))
def test_coverage_and_gini_equal_their_references(slates: list[list[int]]) -> None:
    exposed = [sum(item in slate for slate in slates) for item in range(ITEMS)]
    shown = padded(slates)
    assert metrics.coverage(shown, ITEMS) == sum(count > 0 for count in exposed) / ITEMS
    if not sum(exposed):
        assert math.isnan(metrics.gini(shown, ITEMS))
        return
    differences = sum(abs(one - other) for one in exposed for other in exposed)
    assert metrics.gini(shown, ITEMS) == pytest.approx(differences / (2 * ITEMS * sum(exposed)))


def test_gini_of_one_item_shown_alone_is_near_one() -> None:
    assert metrics.gini(np.array([[3]], np.int32), 100) == pytest.approx(0.99)


@given(slates=st.lists(items, min_size=1, max_size=6))
def test_novelty_is_the_mean_surprise(slates: list[list[int]]) -> None:
    buyers = np.arange(ITEMS, dtype=np.float64)
    slow = [np.mean([-math.log2((item + 1) / 101) for item in slate]) if slate else NAN for slate in slates]
    assert metrics.novelty(padded(slates), buyers, 100) == pytest.approx(slow, nan_ok=True)


@given(slates=st.lists(items, min_size=1, max_size=6))
def test_diversity_is_the_share_of_pairs_in_different_categories(slates: list[list[int]]) -> None:
    category = np.array([-1, -1, 0, 0, 0, 1, 1, 2, 3, 4, 4, 4], np.int32)

    def slow(slate: list[int]) -> float:
        pairs = [(category[one], category[other]) for one, other in combinations(slate, 2)]
        return 1 - sum(one == other >= 0 for one, other in pairs) / len(pairs) if pairs else NAN

    assert metrics.intra_list_diversity(padded(slates), category) == pytest.approx(
        [slow(slate) for slate in slates], nan_ok=True
    )


def test_mean_value_leaves_out_what_is_unknown() -> None:
    price = np.array([2.0, 4.0, np.nan])
    shown = np.array([[0, 1, 2], [2, -1, -1], [1, -1, -1]], np.int32)
    assert metrics.mean_value(shown, price) == pytest.approx([3.0, NAN, 4.0], nan_ok=True)


def test_slates_without_places_are_misses() -> None:
    truth = Ragged.from_lists([[1], []])
    nothing = np.empty((2, 0), np.int32)
    for metric in (metrics.recall_at_k, metrics.precision_at_k, metrics.hit_at_k, metrics.ndcg_whole_at_k):
        assert metric(nothing, truth, 10) == pytest.approx([0.0, NAN], nan_ok=True)
    assert metrics.reciprocal_rank(nothing, truth) == pytest.approx([0.0, NAN], nan_ok=True)
