"""Plots: SVG drawings that take their colours from the page around them, so that they follow its light or dark look."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.evaluation.result import ContenderResult, Difference, Role, TaskResult
from training.report.timeline import DAYS_A_WEEK, Timeline
from training.report.words import CONTENDERS, figure, metric_title

# Colours that stand for those of the page: replaced in the finished drawing.
INK, MUTED, LINE, ACCENT, SECOND, BAD = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
PAGE_COLOURS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    SECOND: "var(--second)",
    BAD: "var(--bad)",
}
ROLE_COLOURS: dict[Role, str] = {"product": ACCENT, "current": SECOND}
# The drawing's own size, its fonts, and names that would stand twice in a page.
UNWANTED = re.compile(
    r' (?:width|height)="[\d.]+pt"| font-family: [^;"]*;| id="[a-z2.]+_\d+"|<metadata>.*?</metadata>\s*', re.DOTALL
)
# Two drawings of one page may hold the same shape, but not under the same name.
SHAPE_NAME = re.compile(r'(id="|#)([a-z][0-9a-f]{10})\b')
LONGEST_LABEL = 44
STYLE: dict[Any, Any] = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": LINE,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}


Axis = Literal["from zero", "around zero", "free"]


@dataclass(frozen=True, slots=True)
class Dot:
    """One row of a dot plot."""

    label: str
    value: float
    low: float | None
    high: float | None
    colour: str


def headline_plot(task: TaskResult) -> str:
    """The headline metric of every contender, the best on top."""
    dots = [
        Dot(
            CONTENDERS.get(each.name, each.name), found.value, found.low, found.high, ROLE_COLOURS.get(each.role, MUTED)
        )
        for each in task.contenders
        if (found := each.metrics.get(task.headline)) is not None
    ]
    dots.sort(key=lambda dot: dot.value)
    return _dots(
        dots, f"{metric_title(task.headline)}, 95 % interval", lambda value: figure(task.headline, value), "from zero"
    )


def slice_plot(task: TaskResult, against: str) -> str:
    """What the product gains on another contender in every slice."""
    gains = [
        (f"{part.name} · {part.customers:,}", difference)
        for part in reversed(task.slices)
        for difference in part.differences
        if difference.against == against and difference.base > 0
    ]
    dots = [_gain_dot(name, difference) for name, difference in gains]
    return _dots(dots, f"gain on {CONTENDERS.get(against, against)}, 95 % interval", "{:+.0%}".format, "around zero")


def coverage_plot(task: TaskResult) -> str:
    """How well each contender finds what is wanted, and how much of the catalogue it shows."""
    metric = f"coverage@{task.k}"
    shown = [each for each in task.contenders if {metric, task.headline} <= each.metrics.keys()]

    def draw(axes: Axes) -> None:
        for each, marker in zip(shown, "oD^vsPX*", strict=False):
            place = each.metrics[metric].value, each.metrics[task.headline].value
            colour = ROLE_COLOURS.get(each.role, MUTED)
            axes.plot(*place, marker, color=colour, markersize=8, label=_called(each))
        axes.set_xlabel(metric_title(metric))
        axes.set_ylabel(metric_title(task.headline))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.margins(0.1)
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, borderaxespad=0.0)

    return _svg(draw, height=2.4)


def timeline_plot(timeline: Timeline, test_days: int | None) -> str:
    """Orders a week, those of the test window in another colour."""
    days = np.array(timeline.starts, "datetime64[D]")
    tested = days[-1] + DAYS_A_WEEK - days <= np.timedelta64(test_days or 0, "D")

    def draw(axes: Axes) -> None:
        axes.bar(days, timeline.orders, width=5.5, color=np.where(tested, ACCENT, MUTED).tolist())
        axes.set_ylabel("orders a week")
        axes.grid(visible=False, axis="x")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))

    return _svg(draw, height=1.9)


def tried_plot(figures: Mapping[str, float], label: str) -> str:
    """What a search tried, the best on top."""
    best = max(figures.values())
    dots = [
        Dot(name, value, None, None, ACCENT if value == best else MUTED)
        for name, value in sorted(figures.items(), key=lambda tried: tried[1])
    ]
    return _dots(dots, label, "{:.4f}".format, "free")


def _called(contender: ContenderResult) -> str:
    return CONTENDERS.get(contender.name, contender.name)


def _gain_dot(label: str, difference: Difference) -> Dot:
    colour = ACCENT if difference.is_gain else BAD if difference.is_loss else MUTED
    value, low, high = (difference.relative(each) for each in (difference.value, difference.low, difference.high))
    return Dot(label, value or 0.0, low, high, colour)


def _dots(dots: Sequence[Dot], label: str, formatted: Callable[[float], str], axis: Axis) -> str:
    """Values with their intervals, one row each, the first at the bottom."""

    def draw(axes: Axes) -> None:
        for row, dot in enumerate(dots):
            if dot.low is not None and dot.high is not None:
                axes.plot([dot.low, dot.high], [row, row], color=dot.colour, linewidth=2, solid_capstyle="round")
            axes.plot(dot.value, row, "o", color=dot.colour, markersize=7)
            axes.annotate(
                formatted(dot.value), (dot.value, row), xytext=(0, 7), textcoords="offset points", ha="center"
            )
        axes.set_yticks(range(len(dots)), [_short(dot.label) for dot in dots])
        axes.set_ylim(-0.6, len(dots) - 0.2)
        axes.set_xlabel(label)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(lambda value, _: formatted(value))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.08)
        if axis == "around zero":
            axes.axvline(0, color=INK, linewidth=1)
        elif axis == "from zero":
            axes.set_xlim(left=0)

    return _svg(draw, height=0.75 + 0.42 * max(len(dots), 1))


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _svg(draw: Callable[[Axes], None], *, height: float, width: float = 7.4) -> str:
    """An `<svg>` element without prolog, whose size follows its container."""
    with mpl.rc_context(STYLE):
        drawing = Figure(figsize=(width, height), layout="constrained")
        axes = drawing.add_subplot()
        draw(axes)
        out = io.StringIO()
        drawing.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = UNWANTED.sub("", text[text.index("<svg") :])
    for stand_in, colour in PAGE_COLOURS.items():
        text = text.replace(stand_in, colour)
    text = SHAPE_NAME.sub(rf"\1d{hashlib.sha256(text.encode()).hexdigest()[:8]}-\2", text)
    return text.replace("<svg", '<svg role="img"', 1)
