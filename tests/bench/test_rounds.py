"""Rounds are interleaved, and ratios compare what was measured side by side."""

from __future__ import annotations

from functools import partial

from bench.rounds import interleaved, median_ratio, ratios


def test_every_round_measures_all_and_begins_with_another() -> None:
    calls: list[str] = []

    def measure(name: str, number: int) -> int:
        calls.append(f"{name}{number}")
        return number

    results = interleaved({name: partial(measure, name) for name in "abc"}, 4)
    assert calls == ["a0", "b0", "c0", "b1", "c1", "a1", "c2", "a2", "b2", "a3", "b3", "c3"]
    assert results == {name: [0, 1, 2, 3] for name in "abc"}


def test_ratios_are_taken_within_rounds_before_the_median() -> None:
    assert ratios([2, 30, 8], [1, 10, 2]) == [2, 3, 4]
    assert median_ratio([2, 30, 8], [1, 10, 2]) == 3
