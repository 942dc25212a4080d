"""Netting of returns, against a stack kept by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.returns import net

Row = tuple[int, int, int]  # key, time, quantity


def reference(rows: list[Row]) -> tuple[list[float], list[bool], list[bool]]:
    """A stack of pieces for each key."""
    remaining = [float(max(quantity, 0)) for _, _, quantity in rows]
    unmatched, excessive = [False] * len(rows), [False] * len(rows)
    stacks: dict[int, list[int]] = {}
    for index in sorted(range(len(rows)), key=lambda i: (rows[i][1], rows[i][2] < 0)):
        key, _, quantity = rows[index]
        stack = stacks.setdefault(key, [])
        if quantity > 0:
            stack.append(index)
            continue
        wanted = -quantity
        while wanted and stack:
            taken = min(wanted, round(remaining[stack[-1]]))
            remaining[stack[-1]] -= taken
            wanted -= taken
            if not remaining[stack[-1]]:
                stack.pop()
        unmatched[index], excessive[index] = wanted == -quantity, 0 < wanted < -quantity
    return remaining, unmatched, excessive


ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(-4, 4).filter(lambda quantity: quantity != 0)),
    min_size=1,
    max_size=25,
)


@given(ROWS)
def test_pieces_go_back_as_from_a_stack(rows: list[Row]) -> None:
    key, time, quantity = (np.array(column) for column in zip(*rows, strict=True))
    netted = net(key.astype(np.int64), time.astype(np.int64), quantity.astype(np.float64))
    remaining, unmatched, excessive = reference(rows)
    assert netted.remaining.tolist() == remaining
    assert netted.unmatched.tolist() == unmatched
    assert netted.excessive.tolist() == excessive


def test_fractions_that_cancel_leave_nothing() -> None:
    quantity = np.array([0.1, 0.2, -0.3])
    netted = net(np.zeros(3, np.int64), np.arange(3), quantity)
    assert netted.remaining.tolist() == [0.0, 0.0, 0.0]
    assert not netted.excessive.any()


def test_without_returns_nothing_changes() -> None:
    quantity = np.array([1.0, 2.0])
    assert net(np.zeros(2, np.int64), np.arange(2), quantity).remaining.tolist() == pytest.approx([1.0, 2.0])
