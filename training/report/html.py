"""HTML: the report as one page that needs nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup

from training.evaluation.result import Difference, TaskResult
from training.report import plots, words
from training.report.report import Report

OUTCOMES = {
    "published": "Published",
    "forced": "Published by force",
    "refused": "Refused by the gate",
    "evaluated": "Evaluated only",
    "data_refused": "Data refused",
}
# In the slice plots, the rival that matters most comes first.
SLICE_RIVALS = ("current", "own_frequency", "popularity")


def render(report: Report) -> str:
    """The page, complete with styles and drawings."""
    tasks = report.evaluation.tasks if report.evaluation else ()
    template = files("training.report").joinpath("template.html").read_text("utf-8")
    return (
        _environment(report)
        .from_string(template)
        .render(
            report=report,
            tasks=tasks,
            outcomes=OUTCOMES,
            contents=list(_contents(report, tasks)),
            facts=list(_facts(report)),
            why=_why(report),
            tiles=[_tile(task) for task in tasks],
            accuracy=words.ACCURACY,
            beyond=words.BEYOND,
        )
    )


def _environment(report: Report) -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    currency = report.findings.currency
    environment.filters |= {
        "metric": words.metric_title,
        "meaning": lambda name: words.METRICS[words.stem(name)].meaning,
        "metrics": _metrics,
        "figure": lambda name, value: words.figure(name, value, currency),
        "interval": lambda name, estimate: words.interval(name, estimate, currency),
        "gain": words.gain,
        "look": _look,
        "task": lambda name: words.TASKS.get(name, name),
        "contender": lambda name: words.CONTENDERS.get(name, name),
        "slice_rivals": _slice_rivals,
        "reasons": _reasons,
        "tried": _tried,
        "pretty": lambda value: msgspec.json.format(msgspec.json.encode(value), indent=2).decode(),
    }
    drawings: tuple[Callable[..., str], ...] = (
        plots.headline_plot,
        plots.slice_plot,
        plots.coverage_plot,
        plots.timeline_plot,
        plots.tried_plot,
    )
    environment.filters |= {draw.__name__: _trusted(draw) for draw in drawings}
    return environment


def _trusted(draw: Callable[..., str]) -> Callable[..., Markup]:
    """Drawings are markup of our own making, in which matplotlib has escaped every label."""
    return lambda *values: Markup(draw(*values))


def _contents(report: Report, tasks: Sequence[TaskResult]) -> Iterator[tuple[str, str]]:
    if report.verdict:
        yield "gate", "Gate"
    yield from ((task.name, words.TASKS.get(task.name, task.name)) for task in tasks)
    yield "data", "Data"
    if report.recipe:
        yield "recipe", "Recipe"


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    found = report.findings
    counts = {"customers": found.customers, "items": found.items, "orders": found.orders, "order lines": found.lines}
    yield from ((label, f"{count:,}") for label, count in counts.items() if count is not None)
    if found.first and found.last:
        yield "history", f"{found.first[:10]} to {found.last[:10]}"


def _tile(task: TaskResult) -> dict[str, Any]:
    """The headline of a task, with what it gains on the current bundle and on the floors."""
    rivals = {each.name for each in task.contenders if each.role in ("current", "floor")}
    return {
        "task": task.name,
        "title": words.TASKS.get(task.name, task.name),
        "metric": words.metric_title(task.headline),
        "value": words.figure(task.headline, task.product.metrics[task.headline].value),
        "changes": [
            {"look": _look(each), "text": f"{words.gain(each)} on {words.CONTENDERS.get(each.against, each.against)}"}
            for each in task.differences
            if each.against in rivals
        ],
    }


def _metrics(task: TaskResult, stems: Sequence[str]) -> list[str]:
    """The metrics of any contender that have one of the given stems, in their order."""
    names = dict.fromkeys(name for contender in task.contenders for name in contender.metrics)
    return sorted((name for name in names if words.stem(name) in stems), key=lambda name: stems.index(words.stem(name)))


def _look(difference: Difference) -> str:
    return "up" if difference.is_gain else "down" if difference.is_loss else ""


def _slice_rivals(task: TaskResult) -> list[str]:
    compared = {difference.against for difference in task.slices[0].differences}
    return [name for name in SLICE_RIVALS if name in compared]


def _why(report: Report) -> dict[str, Any]:
    """What the search says of its choices, key by key from the outside in: `cascade · customers`."""
    discovery = report.recipe.discovery if report.recipe else None
    found = report.why | ({"discovery": msgspec.to_builtins(discovery.why)} if discovery and discovery.why else {})
    return dict(_flat(found))


def _flat(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        name = path + key.replace("_", " ")
        if isinstance(value, dict) and not _is_tried(value):
            yield from _flat(value, f"{name} · ")
        else:
            yield name, value


def _reasons(why: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What was decided, in words and numbers."""
    for name, value in why.items():
        if not _is_tried(value):
            yield name, value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _tried(why: dict[str, Any]) -> Iterator[tuple[str, dict[str, float]]]:
    """What was tried, with the figure of each."""
    yield from ((name, value) for name, value in why.items() if _is_tried(value))


def _is_tried(value: object) -> bool:
    return isinstance(value, dict) and len(value) > 1 and all(isinstance(each, float) for each in value.values())
