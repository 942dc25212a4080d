from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.merge import summed
from models.slots import Slots, empty_slots

LISTS = st.lists(
    st.tuples(*2 * [st.dictionaries(st.integers(0, 9), st.integers(1, 5).map(float), max_size=6)]),
    min_size=1,
    max_size=4,
)


def slots_of(lists: list[dict[int, float]], method: int) -> Slots:
    slots = empty_slots(len(lists), max(map(len, lists)))
    for query, scores in enumerate(lists):
        for place, (item, score) in enumerate(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))):
            slots[query, place]["item"], slots[query, place]["score"] = item, score
            slots[query, place]["method"] = method
    return slots


@given(LISTS)
def test_each_item_stands_once_with_the_sum_and_the_reason_of_the_stronger_list(
    lists: list[tuple[dict[int, float], dict[int, float]]],
) -> None:
    first, second = slots_of([one for one, _ in lists], 1), slots_of([two for _, two in lists], 2)
    merged = summed(first, first["score"], second, second["score"])
    for row, (one, two) in zip(merged, lists, strict=True):
        filled = row[row["item"] >= 0]
        expected = {item: one.get(item, 0.0) + two.get(item, 0.0) for item in {*one, *two}}
        assert dict(zip(filled["item"].tolist(), filled["score"].tolist(), strict=True)) == expected
        assert len(filled) == len(expected)
        assert (np.diff(filled["score"]) <= 0).all()
        assert (row["item"][len(filled) :] == -1).all()
        methods = dict(zip(filled["item"].tolist(), filled["method"].tolist(), strict=True))
        assert methods == {item: 2 if two.get(item, 0.0) > one.get(item, 0.0) else 1 for item in expected}


def test_parts_count_instead_of_scores_where_they_differ() -> None:
    first, second = slots_of([{1: 9.0, 2: 8.0}], 1), slots_of([{2: 1.0, 3: 1.0}], 2)
    merged = summed(first, np.array([[0.5, 0.25]]), second, np.array([[0.5, 0.1]]))[0]
    assert merged["item"].tolist() == [2, 1, 3, -1]
    assert merged["score"].tolist() == pytest.approx([0.75, 0.5, 0.1, -np.inf])
    assert merged["method"][:3].tolist() == [2, 1, 2]


def test_an_empty_list_adds_nothing() -> None:
    first = slots_of([{1: 2.0}], 1)
    for merged in (
        summed(first, first["score"], empty_slots(1, 0), np.empty((1, 0))),
        summed(empty_slots(1, 0), np.empty((1, 0)), first, first["score"]),
    ):
        np.testing.assert_array_equal(merged, first)
