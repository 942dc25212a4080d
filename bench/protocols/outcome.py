"""Outcome: the figures of one protocol, as they are kept between runs and written into tables."""

from __future__ import annotations

from typing import Any

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """A mean over questions with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


class Contender(msgspec.Struct, frozen=True):
    """`role`: product, floor (by hand), method (one of the product alone) or peer; `gain`: of the product over it in

    the first metric, paired by customer.
    """

    name: str
    role: str
    figures: dict[str, Figure]
    gain: Figure | None = None
    fit_seconds: float | None = None
    answer_seconds: float | None = None


class Outcome(msgspec.Struct, frozen=True):
    """`contenders`: the product first; `commit`: what was measured; `fit_*`: of the product, all parts together."""

    name: str
    title: str
    split: str
    leaks: str
    metrics: tuple[str, ...]
    aims: dict[str, dict[str, float | None]]
    definitions: dict[str, str]
    seed: int
    draws: int
    search_seconds: float
    questions: int
    customers: int
    items: int
    parts: int
    commit: str
    at: str
    fit_wall: float
    fit_processor: float
    contenders: tuple[Contender, ...]
    notes: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def product(self) -> Contender:
        return self.contenders[0]

    def best(self, role: str) -> Contender | None:
        """The best contender of a role in the first metric."""
        found = [each for each in self.contenders if each.role == role]
        return max(found, key=lambda each: each.figures[self.metrics[0]].value, default=None)
