"""Spaces: settings that a search may try: known good ones first, then the best so far with some of it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Settings = dict[str, Any]
# How far a change goes, of the whole range; and how likely each setting changes.
REACH = 0.15
LIKELY = 0.35


@dataclass(frozen=True, slots=True)
class Range:
    """Between `low` and `high`; `log`: changed by factors."""

    low: float
    high: float
    log: bool = False

    def near(self, value: float, generator: np.random.Generator) -> float:
        low, high, at = (np.log(x) if self.log else x for x in (self.low, self.high, value))
        moved = float(np.clip(at + generator.normal(0.0, REACH * (high - low)), low, high))
        return float(f"{np.exp(moved) if self.log else moved:.3g}")


@dataclass(frozen=True, slots=True)
class Choice:
    values: Sequence[int]

    def near(self, value: int, generator: np.random.Generator) -> int:  # noqa: ARG002 - any other is near
        return int(generator.choice(self.values))


@dataclass(frozen=True, slots=True)
class Space:
    """`starts` are tried in this order; every setting they name and `ranges` knows may then change."""

    starts: Sequence[Settings]
    ranges: Mapping[str, Range | Choice]

    def near(self, settings: Settings, generator: np.random.Generator) -> Settings:
        """The settings with at least one of them changed."""
        names = list(self.ranges)
        changed = generator.random(len(names)) < LIKELY
        changed[generator.integers(len(names))] = True
        moved = [name for name, moves in zip(names, changed, strict=True) if moves]
        return settings | {name: self.ranges[name].near(settings[name], generator) for name in moved}


# Neighbours that all lists of items may hold together, and multiplications that the regressions may take.
LISTED = 20_000_000
REGRESSION_WORK = 1.2e10


def item_knn_space(n_items: int) -> Space:
    """From what suited a large sparse shop (books and music) to what suited a small dense one (electronics)."""
    names = ("damping", "own_exponent", "other_exponent", "shrinkage", "neighbours")
    longest = max(100, LISTED // max(n_items, 1))
    starts = (
        (0.4, 0.68, 0.48, 20.0, 100),
        (0.7, 0.5, 0.5, 0.03, 400),
        (1.0, 0.7, 0.4, 0.4, 400),
        (0.3, 0.5, 0.5, 5.0, 200),
        (0.0, 0.5, 0.5, 1.0, 100),
    )
    return Space(
        starts=[dict(zip(names, (*values[:4], min(values[4], longest)), strict=True)) for values in starts],
        ranges={
            "damping": Range(0.0, 1.0),
            "own_exponent": Range(0.3, 1.0),
            "other_exponent": Range(0.1, 0.9),
            "shrinkage": Range(0.03, 100.0, log=True),
            "neighbours": Choice([each for each in (100, 200, 400, 800) if each <= longest]),
        },
    )


def ridge_space(n_items: int) -> Space:
    names = ("damping", "regularization", "target_exponent", "neighbours")
    most = max(50, int((3 * REGRESSION_WORK / max(n_items, 1)) ** (1 / 3)))
    starts = (
        (0.4, 30.0, 0.1, 100),
        (0.2, 30.0, 0.0, 200),
        (0.4, 15.0, 0.2, 50),
        (0.0, 100.0, 0.2, 50),
    )
    return Space(
        starts=[dict(zip(names, (*values[:3], min(values[3], most)), strict=True)) for values in starts],
        ranges={
            "damping": Range(0.0, 1.0),
            "regularization": Range(3.0, 300.0, log=True),
            "target_exponent": Range(0.0, 0.5),
            "neighbours": Choice([each for each in (50, 100, 200) if each <= most]),
        },
    )


def ials_space() -> Space:
    """One for large sparse shops and one for small dense ones first: where trials are few, the kind of shop matters."""
    names = ("unobserved_weight", "regularization")
    starts = ((0.003, 0.01), (0.1, 0.03), (0.01, 0.005), (0.003, 0.04), (0.03, 0.02))
    return Space(
        starts=[dict(zip(names, values, strict=True)) for values in starts],
        ranges={
            "unobserved_weight": Range(0.001, 0.1, log=True),
            "regularization": Range(0.002, 0.2, log=True),
        },
    )


def content_space() -> Space:
    """What content weighs is learned, not searched."""
    return Space(starts=[{"neighbours": 100}], ranges={"neighbours": Choice([100])})


def rp3beta_space(n_items: int) -> Space:
    names = ("alpha", "beta", "neighbours")
    longest = max(100, LISTED // max(n_items, 1))
    starts = ((0.7, 0.5, 200), (0.4, 0.4, 400), (1.0, 0.3, 200), (0.5, 0.7, 400))
    return Space(
        starts=[dict(zip(names, (*values[:2], min(values[2], longest)), strict=True)) for values in starts],
        ranges={
            "alpha": Range(0.2, 1.5),
            "beta": Range(0.0, 1.0),
            "neighbours": Choice([each for each in (100, 200, 400) if each <= longest]),
        },
    )


def ease_space() -> Space:
    names = ("regularization", "damping", "target_exponent")
    starts = ((100.0, 0.0, 0.0), (100.0, 0.3, 0.1), (30.0, 0.3, 0.1), (300.0, 0.2, 0.2))
    return Space(
        starts=[dict(zip(names, values, strict=True)) for values in starts],
        ranges={
            "regularization": Range(3.0, 3000.0, log=True),
            "damping": Range(0.0, 1.0),
            "target_exponent": Range(0.0, 0.5),
        },
    )
