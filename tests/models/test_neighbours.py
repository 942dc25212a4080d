from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.neighbours import Neighbours, best_per_query
from models.ragged import Ragged

N, K = 7, 4


@st.composite
def neighbour_lists(draw: st.DrawFn) -> Neighbours:
    items = np.full((N, K), -1, np.int32)
    scores = np.zeros((N, K), np.float32)
    for row in range(N):
        related = draw(st.lists(st.integers(0, N - 1), max_size=K, unique=True))
        values = sorted(draw(st.lists(st.integers(1, 8), min_size=len(related), max_size=len(related))), reverse=True)
        items[row, : len(related)] = related
        scores[row, : len(related)] = values
    return Neighbours(items, scores)


def slow_gather(neighbours: Neighbours, anchors: list[int], weights: list[float]) -> dict[int, tuple[float, int]]:
    """Per item the summed score and the anchor that gave most."""
    parts: dict[int, list[tuple[float, int]]] = {}
    for anchor, weight in zip(anchors, weights, strict=True):
        for item, score in zip(neighbours.items[anchor].tolist(), neighbours.scores[anchor].tolist(), strict=True):
            if item >= 0:
                parts.setdefault(item, []).append((score * weight, anchor))
    return {item: (sum(score for score, _ in found), max(found)[1]) for item, found in parts.items()}


@given(neighbour_lists(), st.lists(st.lists(st.integers(0, N - 1), max_size=4, unique=True), min_size=1, max_size=4))
def test_gather_is_the_plain_sum_over_the_anchors(neighbours: Neighbours, anchors: list[list[int]]) -> None:
    ragged = Ragged.from_lists(anchors)
    weights = 1.0 + np.arange(len(ragged.values))
    slots = neighbours.gather(ragged, N, method=3, weights=weights)
    start = 0
    for query, own in enumerate(anchors):
        expected = slow_gather(neighbours, own, weights[start : start + len(own)].tolist())
        start += len(own)
        row = slots[query][slots[query]["item"] >= 0]
        assert {int(slot["item"]): pytest.approx(float(slot["score"])) for slot in row} == {
            item: score for item, (score, _) in expected.items()
        }
        assert (np.diff(row["score"]) <= 0).all()
        assert set(row["method"].tolist()) <= {3}
        for slot in row:
            gained = {anchor for anchor in own if slot["item"] in neighbours.items[anchor]}
            assert int(slot["evidence"]) in gained


def test_one_query_alone_is_that_query_in_a_batch() -> None:
    generator = np.random.default_rng(1)
    items = np.array([generator.permutation(N)[:K] for _ in range(N)], np.int32)
    neighbours = Neighbours(items, np.sort(generator.random((N, K), np.float32))[:, ::-1].copy())
    batch = Ragged.from_lists([[0, 3], [], [5, 1, 2]])
    together = neighbours.gather(batch, 5, method=0)
    for query in range(3):
        alone = neighbours.gather(batch.take(np.array([query])), 5, method=0)
        np.testing.assert_array_equal(together[query][together[query]["item"] >= 0], alone[0][alone[0]["item"] >= 0])


def test_no_anchors_give_no_slots() -> None:
    neighbours = Neighbours(np.full((N, K), -1, np.int32), np.zeros((N, K), np.float32))
    assert (neighbours.gather(Ragged.empty(2), 5, method=0)["item"] == -1).all()


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("most", [5, 100_000])
def test_the_best_of_many_are_those_of_a_whole_sort(ascending: bool, most: int) -> None:
    """Queries of any number of entries, between them empty ones; ties by item."""
    generator = np.random.default_rng(2)
    query = np.repeat(np.arange(9), [0, 300, 3, 0, 40, 41, 1, 500, 0])
    item = np.concatenate([np.sort(generator.permutation(600)[:count]) for count in np.bincount(query)])
    score = generator.integers(0, most, len(query)).astype(np.float32)
    shuffled = np.arange(len(query)) if ascending else generator.permutation(len(query))
    found = best_per_query(10, query=query[shuffled], items=item[shuffled], scores=score[shuffled], depth=10, method=0)
    for row in range(10):
        own = query == row
        best = np.lexsort((item[own], -score[own]))[:10]
        slots = found[row][found[row]["item"] >= 0]
        assert slots["item"].tolist() == item[own][best].tolist()
        assert slots["score"].tolist() == score[own][best].tolist()
