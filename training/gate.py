"""The gate: whether a candidate may replace the current bundle."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from training.config import Gate
from training.evaluation.result import Difference, Evaluation, TaskResult

CURRENT = "current"
# A task that asked fewer customers proves nothing.
FEWEST_CUSTOMERS = 50
# What most customers see: floors and drifts refuse here, and are reported beside the other tasks.
MAIN_TASK = "next_order"
# The changes that need a reason, which is a sure gain in what is found.
HARMFUL_SIGNS = {"coverage": (-1,), "gini": (1,), "mean_price": (-1, 1)}


class Verdict(msgspec.Struct, frozen=True):
    """`refusals`: every rule that the candidate breaks; `notes`: what the reader should know besides.

    `compared_with`: the version whose recipe was learned again for the comparison, None where there was none.
    """

    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    compared_with: str | None = None

    @property
    def passed(self) -> bool:
        return not self.refusals


def judge(evaluation: Evaluation, rules: Gate, *, compared_with: str | None, notes: tuple[str, ...] = ()) -> Verdict:
    """Ties pass. `notes`: why there is no comparison with the current bundle, or what else the run found."""
    judged = [task for task in evaluation.tasks if task.customers >= FEWEST_CUSTOMERS]
    refusals: list[str] = []
    said = list(notes)
    if not judged:
        said.append(f"too small to evaluate: no task has {FEWEST_CUSTOMERS} customers with something to find")
    for task in judged:
        refusals += [*_losses(task), *_slice_losses(task, rules)]
        (said if _gains(task) else refusals).extend(_drifts(task, rules))
    return Verdict(tuple(refusals), tuple(said), compared_with)


def better_floor(evaluation: Evaluation) -> str | None:
    """The floor that refuses the candidate, the best of them; None where none does."""
    for task in evaluation.tasks:
        if task.name == MAIN_TASK and task.customers >= FEWEST_CUSTOMERS:
            floors = {each.name for each in task.contenders if each.role == "floor"}
            lost = [each for each in task.differences if each.is_loss and each.against in floors]
            return max(lost, key=lambda each: each.base).against if lost else None
    return None


def _losses(task: TaskResult) -> Iterator[str]:
    """Against the current bundle in every task, against floors in the one that most customers see."""
    floors = {each.name for each in task.contenders if each.role == "floor" and task.name == MAIN_TASK}
    for difference in task.differences:
        if difference.is_loss and difference.against in floors | {CURRENT}:
            yield f"{task.name}: {task.headline} is surely below that of {_compared(difference)}"


def _slice_losses(task: TaskResult, rules: Gate) -> Iterator[str]:
    for part in task.slices:
        for difference in part.differences:
            most = difference.relative(difference.high)
            if difference.against == CURRENT and most is not None and most < -rules.max_slice_loss_share:
                yield f"{task.name}, {part.name}: {task.headline} is surely below that of {_compared(difference)}"


def _gains(task: TaskResult) -> bool:
    return any(difference.is_gain for difference in task.differences if difference.against == CURRENT)


def _drifts(task: TaskResult, rules: Gate) -> Iterator[str]:
    """Changes of what is shown since the current bundle; more coverage and less inequality are none to mind."""
    current = next((each for each in task.contenders if each.role == CURRENT), None)
    if current is None or task.name != MAIN_TASK:
        return
    for metric, signs in HARMFUL_SIGNS.items():
        name = f"{metric}@{task.k}"
        if name in current.metrics and name in task.product.metrics and current.metrics[name].value > 0:
            change = task.product.metrics[name].value / current.metrics[name].value - 1.0
            if abs(change) > rules.max_drift_share and math.copysign(1.0, change) in signs:
                yield f"{task.name}: {metric} drifts by {change:+.0%} from that of the current bundle"


def _compared(difference: Difference) -> str:
    """The contender and the difference, such as `current: -4.0 % (95 %: -6.1 to -2.0 %)`."""
    value, low, high = (difference.relative(each) for each in (difference.value, difference.low, difference.high))
    if value is None or low is None or high is None:
        return f"{difference.against}: {difference.value:+.4f}"
    return f"{difference.against}: {value:+.1%} (95 %: {low:+.1%} to {high:+.1%})"
