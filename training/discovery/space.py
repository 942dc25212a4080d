"""Spaces: settings that a search may try: known good ones first, then the best so far with some of it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Settings = dict[str, Any]
# How far a change goes, of the whole range; and how likely each setting changes.
REACH = 0.15
LIKELY = 0.5


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


ITEM_KNN = Space(
    starts=(
        {"damping": 0.4, "own_exponent": 0.68, "other_exponent": 0.48, "shrinkage": 20.0, "neighbours": 100},
        {"damping": 0.7, "own_exponent": 0.5, "other_exponent": 0.5, "shrinkage": 0.03, "neighbours": 400},
        {"damping": 1.0, "own_exponent": 0.7, "other_exponent": 0.45, "shrinkage": 0.4, "neighbours": 400},
        {"damping": 0.3, "own_exponent": 0.5, "other_exponent": 0.5, "shrinkage": 5.0, "neighbours": 200},
        {"damping": 0.0, "own_exponent": 0.5, "other_exponent": 0.5, "shrinkage": 1.0, "neighbours": 100},
    ),
    ranges={
        "damping": Range(0.0, 1.0),
        "own_exponent": Range(0.3, 1.0),
        "other_exponent": Range(0.1, 0.9),
        "shrinkage": Range(0.03, 100.0, log=True),
        "neighbours": Choice((100, 200, 400)),
    },
)
RIDGE = Space(
    starts=(
        {"damping": 0.4, "regularization": 15.0, "target_exponent": 0.2},
        {"damping": 0.0, "regularization": 100.0, "target_exponent": 0.2},
        {"damping": 0.4, "regularization": 30.0, "target_exponent": 0.1},
        {"damping": 0.8, "regularization": 5.0, "target_exponent": 0.2},
    ),
    ranges={
        "damping": Range(0.0, 1.0),
        "regularization": Range(3.0, 200.0, log=True),
        "target_exponent": Range(0.0, 0.5),
    },
)
IALS_SPACE = Space(
    starts=(
        {"unobserved_weight": 0.003, "regularization": 0.01},
        {"unobserved_weight": 0.003, "regularization": 0.04},
        {"unobserved_weight": 0.01, "regularization": 0.005},
        {"unobserved_weight": 0.03, "regularization": 0.02},
    ),
    ranges={
        "unobserved_weight": Range(0.001, 0.1, log=True),
        "regularization": Range(0.002, 0.2, log=True),
    },
)
