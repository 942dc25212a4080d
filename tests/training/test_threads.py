from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import random

from training.sparse import diagonal, product_top_k
from training.threads import at_most, free, shareable, side_by_side


def squared(number: int) -> int:
    return number * number


def test_answers_stand_in_the_order_of_the_pieces() -> None:
    assert list(side_by_side(squared, range(20), 3)) == [number * number for number in range(20)]
    assert list(side_by_side(squared, [], 3)) == []


def test_pieces_share_parallel_loops() -> None:
    """Two at a time meet inside the work, which they could not one after the other."""
    assert shareable()
    meeting = threading.Barrier(2)

    def work(size: int) -> list[int]:
        meeting.wait(timeout=30)
        return product_top_k(diagonal(size), diagonal(size), 1)[0].ravel().tolist()  # type: ignore[no-any-return]

    assert list(side_by_side(work, [50] * 4, 2)) == [np.arange(50).tolist()] * 4


def test_a_piece_may_use_as_many_threads_as_whoever_asked() -> None:
    with at_most(2):
        assert list(side_by_side(lambda _: free(), range(6))) == [2] * 6


def test_no_more_threads_are_used_than_allowed() -> None:
    before = free()
    with at_most(1):
        assert free() == 1
        mine = list(side_by_side(lambda _: threading.get_ident(), range(3), 2))
        with at_most(before + 1):
            assert free() == 1
    assert set(mine) == {threading.get_ident()}
    assert free() == before


def test_compiled_loops_let_other_threads_run() -> None:
    """The other thread counts on while the loop runs, which holds no lock of Python's."""
    matrix = random(3_000, 3_000, 0.05, format="csr", dtype=np.float32, random_state=1)
    product_top_k(diagonal(2), diagonal(2), 1)
    counted, done = [0], threading.Event()

    def count() -> None:
        while not done.wait(0.001):
            counted[0] += 1

    with at_most(1), ThreadPoolExecutor(1) as pool:
        counting = pool.submit(count)
        before = counted[0]
        product_top_k(matrix, matrix, 10)
        during = counted[0] - before
        done.set()
        counting.result()
    assert during > 3
