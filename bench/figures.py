"""Figures: what `make bench` found, each beside what it should be."""

from __future__ import annotations

import datetime as dt
import os
import platform
from statistics import median

import msgspec

from bench.load import Load

# Figures hold roughly at best while others use the cores.
BUSY = 0.5


class Figure(msgspec.Struct, frozen=True):
    """A median and the rounds it is taken from; `least` or `most` is what it should be, if anything."""

    name: str
    unit: str
    rounds: list[float]
    least: float | None = None
    most: float | None = None

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def aim(self) -> str:
        if self.least is not None:
            return f"≥ {self.least:g}"
        return "" if self.most is None else f"≤ {self.most:g}"

    @property
    def verdict(self) -> str:
        if self.least is None and self.most is None:
            return ""
        held = self.value >= (self.least or 0.0) and (self.most is None or self.value <= self.most)
        return "ok" if held else "missed"


class Machine(msgspec.Struct, frozen=True):
    """Where and when figures were taken; `busy` is the load average just before."""

    cores: int
    python: str
    processor: str
    at: str
    busy: float


class Results(msgspec.Struct, frozen=True):
    """Everything of one run; `loads` by target, one a round."""

    machine: Machine
    shop: str
    figures: list[Figure]
    loads: dict[str, list[Load]]


def this_machine() -> Machine:
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        processor=platform.processor() or platform.machine(),
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        busy=round(os.getloadavg()[0], 2),
    )


def as_text(results: Results) -> str:
    """The figures as a table for a terminal."""
    machine = results.machine
    lines = [
        f"{results.shop}; {machine.cores} cores, Python {machine.python}; medians, least and most of the rounds",
        *(_line(figure) for figure in results.figures),
    ]
    if machine.busy > BUSY:
        lines.append(f"The machine was busy (load average {machine.busy}): take the figures again on a quiet one.")
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    spread = f"{min(figure.rounds):.4g} to {max(figure.rounds):.4g}" if len(figure.rounds) > 1 else ""
    return f"{figure.name:<58}{figure.value:>9.4g} {figure.unit:<4}{spread:<20}{figure.aim:<8}{figure.verdict}".rstrip()
