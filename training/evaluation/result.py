"""Result: the figures of an evaluation as they are stored in reports and manifests."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["product", "current", "floor", "method"]


class Estimate(msgspec.Struct, frozen=True):
    """A mean over queries with its 95 % interval; no interval for figures of all slates together."""

    value: float
    low: float | None = None
    high: float | None = None


class Difference(msgspec.Struct, frozen=True):
    """The product minus `against` in the headline metric, paired by customer; `base`: the figure of `against`."""

    against: str
    value: float
    low: float | None
    high: float | None
    base: float

    @property
    def is_gain(self) -> bool:
        """Surely better, at 95 %."""
        return self.low is not None and self.low > 0

    @property
    def is_loss(self) -> bool:
        """Surely worse, at 95 %."""
        return self.high is not None and self.high < 0

    def relative(self, value: float | None) -> float | None:
        """One of the figures as a share of `base`; None where there is no such share."""
        return value / self.base if value is not None and self.base > 0 else None


class ContenderResult(msgspec.Struct, frozen=True):
    """`role`: what is served, the current bundle refitted, a floor that must be beaten, or one method alone."""

    name: str
    role: Role
    metrics: dict[str, Estimate]


class SliceResult(msgspec.Struct, frozen=True):
    """The headline metric of the product on one slice, and what it gains on each floor and the current bundle."""

    name: str
    customers: int
    value: Estimate
    differences: tuple[Difference, ...]


class TaskResult(msgspec.Struct, frozen=True):
    """`headline`: the metric that decides, over the first `k` places; `contenders`: the product first."""

    name: str
    title: str
    headline: str
    k: int
    queries: int
    customers: int
    contenders: tuple[ContenderResult, ...]
    differences: tuple[Difference, ...]
    slices: tuple[SliceResult, ...]

    @property
    def product(self) -> ContenderResult:
        return self.contenders[0]


class Evaluation(msgspec.Struct, frozen=True):
    """`protocol`: how the history was split, in one sentence; `test_days`: None where it was not cut in time;

    `headline`: the product's figure of each task.
    """

    protocol: str
    test_days: int | None
    seed: int
    bootstrap_rounds: int
    tasks: tuple[TaskResult, ...]
    headline: dict[str, float]
