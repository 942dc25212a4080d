"""Mixing: numbers that look random, whatever goes in, and are the same whenever they are asked for again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of SplitMix64: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators.
STEP, FIRST, SECOND = (np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash of each number, of any shape."""
    numbers = numbers + STEP
    numbers = (numbers ^ (numbers >> np.uint64(30))) * FIRST
    numbers = (numbers ^ (numbers >> np.uint64(27))) * SECOND
    return numbers ^ (numbers >> np.uint64(31))
