from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.merge import summed
from models.slots import Slots, empty_slots

lists = st.dictionaries(st.integers(0, 12), st.integers(1, 9), max_size=6)


def slots_of(parts: list[dict[int, int]], method: int) -> tuple[Slots, np.ndarray]:
    """Lists of items as slots of a method, and the part each item gets."""
    slots = empty_slots(len(parts), max(map(len, parts), default=0))
    given_parts = np.zeros(slots.shape)
    for query, part in enumerate(parts):
        for place, (item, value) in enumerate(part.items()):
            slots[query, place]["item"] = item
            slots[query, place]["method"] = method
            given_parts[query, place] = value
    return slots, given_parts


@given(st.lists(st.tuples(lists, lists), min_size=1, max_size=4))
def test_every_item_stands_once_with_the_sum_of_its_parts(pairs: list[tuple[dict[int, int], dict[int, int]]]) -> None:
    merged = summed(*slots_of([pair[0] for pair in pairs], 1), *slots_of([pair[1] for pair in pairs], 2))
    for query, (first, second) in enumerate(pairs):
        row = merged[query][merged[query]["item"] >= 0]
        expected = {item: first.get(item, 0) + second.get(item, 0) for item in {**first, **second}}
        assert dict(zip(row["item"].tolist(), row["score"].tolist(), strict=True)) == expected
        assert len(row) == len(expected)
        assert (np.diff(row["score"]) <= 0).all()
        assert (merged[query]["item"][len(row) :] == -1).all()
        for slot in row:
            item = int(slot["item"])
            assert slot["method"] == (2 if second.get(item, 0) > first.get(item, 0) else 1)
