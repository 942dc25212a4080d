from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.cut import below, cut
from models.slots import Slots, empty_slots


def slots_of(rows: list[list[int]], top: float = 10.0) -> Slots:
    """Slots holding the given items with falling scores."""
    slots = empty_slots(len(rows), max(map(len, rows), default=0))
    for query, items in enumerate(rows):
        for place, item in enumerate(items):
            slots[query, place]["item"] = item
            slots[query, place]["score"] = top - place
    return slots


rows = st.lists(st.lists(st.integers(0, 30), max_size=8, unique=True), min_size=1, max_size=4)


@given(rows, st.integers(1, 5), st.integers(0, 4), st.randoms())
def test_cut_takes_the_first_valid_ones_after_the_offset(
    items: list[list[int]], limit: int, offset: int, random
) -> None:  # type: ignore[no-untyped-def]
    slots = slots_of(items)
    valid = (slots["item"] >= 0) & np.array(
        [[random.random() < 0.7 for _ in row] for row in slots["item"]], bool
    ).reshape(slots.shape)
    chosen = cut(slots, valid, limit, offset)
    assert chosen.shape == (len(items), limit)
    for query in range(len(items)):
        expected = slots["item"][query][valid[query]].tolist()[offset : offset + limit]
        assert chosen["item"][query].tolist() == expected + [-1] * (limit - len(expected))


@given(rows, st.data())
def test_what_stands_below_repeats_nothing_and_scores_no_higher(items: list[list[int]], data: st.DataObject) -> None:
    more = data.draw(
        st.lists(st.lists(st.integers(0, 30), max_size=6, unique=True), min_size=len(items), max_size=len(items))
    )
    upper, lower = slots_of(items), slots_of(more, top=99.0)
    both, valid = below(upper, upper["item"] >= 0, lower, lower["item"] >= 0)
    for query in range(len(items)):
        kept = both["item"][query][valid[query]].tolist()
        assert kept == list(dict.fromkeys([*items[query], *more[query]]))
        assert (np.diff(both["score"][query][valid[query]]) <= 0).all()
