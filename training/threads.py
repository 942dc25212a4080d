"""Threads: several pieces of work at once, where the compiled loops in them allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from numba.np.ufunc.parallel import threading_layer

Piece = TypeVar("Piece")
Done = TypeVar("Done")

# Of numba's ways to run loops in parallel, those that several threads may use at once.
SAFE_LAYERS = ("omp", "tbb")


def side_by_side(work: Callable[[Piece], Done], pieces: Sequence[Piece], threads: int) -> Iterator[Done]:
    """What `work` returns of every piece, in their order. The first one runs alone: it shows what numba uses."""
    if not pieces:
        return
    yield work(pieces[0])
    with ThreadPoolExecutor(threads if shareable() else 1) as pool:
        yield from pool.map(work, pieces[1:])


def shareable() -> bool:
    """Whether parallel loops may be entered from several threads; no where none has run yet."""
    try:
        layer: str = threading_layer()  # type: ignore[no-untyped-call]  # numba is not typed
        return layer in SAFE_LAYERS
    except ValueError:
        return False
