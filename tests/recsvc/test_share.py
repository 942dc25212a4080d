"""No item is shown to more than a part of a send."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.slots import empty_slots
from recsvc.share import Share


def slots_of(rows: list[list[int]], depth: int) -> np.ndarray:
    slots = empty_slots(len(rows), depth)
    for number, row in enumerate(rows):
        slots["item"][number, : len(row)] = row
    return slots


def slowly(chunks: list[list[list[int]]], most: float, limit: int) -> list[list[int]]:
    """One recipient after the other within each column, as the docstring says."""
    shown: dict[int, int] = {}
    recipients, answer = 0, []
    for rows in chunks:
        recipients += len(rows)
        chosen: list[list[int]] = [[] for _ in rows]
        for place in range(max(map(len, rows), default=0)):
            for number, row in enumerate(rows):
                if place < len(row) and len(chosen[number]) < limit:
                    item = row[place]
                    if shown.get(item, 0) < int(most * recipients):
                        shown[item] = shown.get(item, 0) + 1
                        chosen[number].append(item)
        answer += chosen
    return answer


ROWS = st.lists(st.lists(st.integers(0, 6), max_size=6, unique=True), max_size=8)


@given(st.lists(ROWS, max_size=4), st.sampled_from([0.1, 0.25, 0.5, 1.0]), st.integers(1, 4))
def test_the_share_is_what_the_slow_way_gives(chunks: list[list[list[int]]], most: float, limit: int) -> None:
    share = Share(7, most)
    found = [share.of(slots_of(rows, 6), limit) for rows in chunks]
    rows = [[item for item in row["item"].tolist() if item >= 0] for part in found for row in part]
    assert rows == slowly(chunks, most, limit)
    assert all(part["item"].shape[1] == limit for part in found)
    assert share.short == sum(len(row) < limit for row in rows)
    for item in range(7):
        assert sum(item in row for row in rows) <= most * len(rows)
