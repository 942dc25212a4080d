"""Draws: random but seeded structure in the skew that shops have, without a loop over customers or items."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# With 3, the best-selling 1 % of the items fill 21 % of all places, and the best-selling 20 % fill 58 %.
SKEW = 3.0
# Rows drawn at once: what a draw needs beside its result stays below 100 MB.
BLOCK = 65_536


def distinct_ranks(
    rng: np.random.Generator, place: NDArray[np.integer], length: NDArray[np.integer] | int, below: int
) -> NDArray[np.int32]:
    """Ascending distinct numbers from 0 to `below`, small ones the likelier; the shape of `place`.

    `place`: which of the `length` (at most `below`) numbers of its list each one is, counted from 0.
    """
    even = (place + rng.random(place.shape)) / length
    ranks: NDArray[np.int32] = (place + (below - length + 1) * even**SKEW).astype(np.int32)
    return np.minimum(ranks, below - 1)  # the largest share may be rounded up to 1


def shuffled_ranks(rng: np.random.Generator, rows: int, width: int, below: int) -> NDArray[np.int32]:
    """`rows` lists of `width` distinct numbers in random order. (rows, width)"""
    ranks = np.empty((rows, width), np.int32)
    for block in blocks(rows):
        place = np.broadcast_to(np.arange(width), (block.stop - block.start, width))
        ranks[block] = rng.permuted(distinct_ranks(rng, place, width, below), axis=1)
    return ranks


def blocks(rows: int) -> Iterator[slice]:
    """0 .. rows in slices of BLOCK."""
    return (slice(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK))


def ids(rng: np.random.Generator, prefix: str, count: int) -> NDArray[np.bytes_]:
    """Ascending distinct ids with gaps between them, such as `C000000417`."""
    numbers = np.cumsum(rng.integers(1, 9, count))
    return np.strings.add(prefix.encode(), digits(numbers, 9))


def digits(numbers: NDArray[np.integer], width: int) -> NDArray[np.bytes_]:
    """Numbers as text, with leading zeros."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    figures: NDArray[np.uint8] = (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return figures.view(f"S{width}")[:, 0]
