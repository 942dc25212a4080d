"""Table: an evaluation on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from training.evaluation.result import ContenderResult, Evaluation, TaskResult
from training.gate import Verdict
from training.report import words

# What each task shows beside its headline, where it has it.
COLUMNS = ("recall", "hit", "price_step", "coverage", "repeat_recall", "explore_recall", "precision")
FIXED_WIDTH, COLUMN_WIDTH = 58, 14


def evaluation_table(evaluation: Evaluation, width: int) -> RenderableType:
    """Each task with its contenders, the product first, in as many columns as `width` characters hold."""
    return Group(Text(evaluation.protocol, style="dim"), *(_task_table(task, width) for task in evaluation.tasks))


def print_verdict(console: Console, verdict: Verdict) -> None:
    """Refusals in red, notes below."""
    for line in verdict.refusals:
        console.print(f"refused: {line}", style="red", markup=False, highlight=False)
    for line in verdict.notes:
        console.print(f"note: {line}", style="dim", markup=False, highlight=False)


def _task_table(task: TaskResult, width: int) -> Table:
    names = [task.headline, *_columns(task)[: max(0, (width - FIXED_WIDTH) // COLUMN_WIDTH)]]
    title = f"{words.TASKS.get(task.name, task.name)}: {task.queries:,} queries of {task.customers:,} customers"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("", min_width=18)
    for name in names:
        table.add_column(words.metric_title(name), justify="right")
        if name == task.headline:
            table.add_column("95 %", justify="right", style="dim")
    table.add_column("it gains", justify="right")
    gains = {difference.against: difference for difference in task.differences}
    for contender in task.contenders:
        gain = gains.get(contender.name)
        cells = [*_cells(contender, names), words.gain(gain) if gain else ""]
        table.add_row(words.CONTENDERS.get(contender.name, contender.name), *cells, style=_style(contender))
    return table


def _columns(task: TaskResult) -> list[str]:
    names = [f"{stem}@{task.k}" for stem in COLUMNS]
    return [name for name in names if name in task.product.metrics and name != task.headline]


def _cells(contender: ContenderResult, names: list[str]) -> Iterator[str]:
    for place, name in enumerate(names):
        found = contender.metrics.get(name)
        yield words.figure(name, found.value) if found else ""
        if place == 0:
            yield words.interval(name, found) if found else ""


def _style(contender: ContenderResult) -> str:
    return "bold" if contender.role == "product" else ""
