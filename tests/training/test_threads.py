from __future__ import annotations

import threading

import numpy as np

from training.sparse import diagonal, product_top_k
from training.threads import shareable, side_by_side


def squared(number: int) -> int:
    return number * number


def test_answers_stand_in_the_order_of_the_pieces() -> None:
    assert list(side_by_side(squared, range(20), 3)) == [number * number for number in range(20)]
    assert list(side_by_side(squared, [], 3)) == []


def test_pieces_share_parallel_loops() -> None:
    """Two at a time meet inside the work, which they could not one after the other."""
    product_top_k(diagonal(2), diagonal(2), 1)
    assert shareable()
    meeting = threading.Barrier(2)

    def work(number: int) -> list[int]:
        if number:
            meeting.wait(timeout=30)
        return product_top_k(diagonal(50), diagonal(50), 1)[0].ravel().tolist()  # type: ignore[no-any-return]

    assert list(side_by_side(work, range(3), 2)) == [np.arange(50).tolist()] * 3
