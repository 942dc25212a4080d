"""Trial: one task with the answers of all contenders, compared on the same draws of customers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from training.evaluation.bootstrap import Bootstrap
from training.evaluation.measure import Measured
from training.evaluation.metrics import Rows
from training.evaluation.result import ContenderResult, Difference, Estimate, Role, SliceResult, TaskResult
from training.evaluation.tasks import Task

PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Trial:
    """`roles`, `measured`: by the name of the contender, the product first."""

    task: Task
    roles: dict[str, Role]
    measured: dict[str, Measured]
    bootstrap: Bootstrap

    @property
    def headline(self) -> str:
        return f"{self.task.headline}@{self.task.k}"

    def result(self) -> TaskResult:
        return TaskResult(
            name=self.task.name,
            title=self.task.title,
            headline=self.headline,
            k=self.task.k,
            queries=len(self.task),
            customers=self.bootstrap.customers,
            contenders=tuple(self._contender(name) for name in self.measured),
            differences=tuple(self.difference(name) for name in self.measured if name != PRODUCT),
            slices=tuple(self._slice(name) for name in self.measured[PRODUCT].slices),
        )

    def difference(self, against: str, part: str | None = None) -> Difference:
        """The product minus another contender in the headline metric, over all queries or a slice of them."""
        ours, theirs = self._headline(PRODUCT, part), self._headline(against, part)
        gain = self._estimates({self.headline: ours - theirs})[self.headline]
        return Difference(against, gain.value, gain.low, gain.high, float(np.nanmean(theirs)))

    def _headline(self, contender: str, part: str | None) -> Rows:
        measured = self.measured[contender]
        return measured.rows[self.headline] if part is None else measured.slices[part]

    def _contender(self, name: str) -> ContenderResult:
        totals = {
            metric: Estimate(value) for metric, value in self.measured[name].totals.items() if math.isfinite(value)
        }
        return ContenderResult(name, self.roles[name], self._estimates(self.measured[name].rows) | totals)

    def _slice(self, name: str) -> SliceResult:
        rows = self._headline(PRODUCT, name)
        compared = [each for each in self.measured if name in self.measured[each].slices and each != PRODUCT]
        return SliceResult(
            name=name,
            customers=len(np.unique(self.task.customers[np.isfinite(rows)])),
            value=self._estimates({name: rows})[name],
            differences=tuple(self.difference(each, name) for each in compared),
        )

    def _estimates(self, rows: dict[str, Rows]) -> dict[str, Estimate]:
        stacked = np.column_stack(list(rows.values()))
        low, high = self.bootstrap.interval(stacked)
        means = np.nanmean(stacked, axis=0)
        edges = zip(rows, means, low, high, strict=True)
        return {name: Estimate(float(mean), _known(below), _known(above)) for name, mean, below, above in edges}


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
