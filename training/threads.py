"""Threads: several pieces of work at once, where the compiled loops in them allow it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numba
from numba.np.ufunc.parallel import threading_layer

Piece = TypeVar("Piece")
Done = TypeVar("Done")

# Of numba's ways to run loops in parallel, those that several threads may use at once.
SAFE_LAYERS = ("omp", "tbb")


def free() -> int:
    """How many threads the work that asks may use."""
    threads: int = numba.get_num_threads()
    return threads


@contextlib.contextmanager
def at_most(threads: int) -> Iterator[None]:
    """So many are free within the block, none more than before."""
    before = free()
    numba.set_num_threads(min(threads, before))
    try:
        yield
    finally:
        numba.set_num_threads(before)


def side_by_side(work: Callable[[Piece], Done], pieces: Sequence[Piece], threads: int | None = None) -> Iterator[Done]:
    """What `work` returns of every piece, in their order; at most so many at once (default: as many as are free).

    The loops within a piece may use all free threads too: more than there are processors, but none of these waits for
    the longest piece.
    """
    workers = min(free(), threads or free(), len(pieces))
    if workers <= 1 or not shareable():
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(workers, initializer=partial(numba.set_num_threads, free())) as pool:
        yield from pool.map(work, pieces)


def shareable() -> bool:
    """Whether parallel loops may be entered from several threads."""
    free()  # lets numba choose how it runs them, if it has not yet
    layer: str = threading_layer()  # type: ignore[no-untyped-call]  # numba is not typed
    return layer in SAFE_LAYERS
