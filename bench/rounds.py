"""Rounds: measurements taken in turns, so that what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TypeVar

T = TypeVar("T")


def interleaved(measures: Mapping[str, Callable[[int], T]], rounds: int) -> dict[str, list[T]]:
    """Calls every measure once a round with the round's number, each round beginning with another one."""
    names = list(measures)
    results: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(measures[name](number))
    return results


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """One ratio a round: neighbours in time are compared."""
    return [a / b for a, b in zip(above, below, strict=True)]


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    return median(ratios(above, below))
