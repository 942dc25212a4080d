"""Page: all outcomes in docs/quality.md, between two marks, and beside it a drawing of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.protocols.outcome import Contender, Outcome
from bench.protocols.table import section, summary

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "quality",
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
}
# Who is drawn how: the best of each role, and the figures of others.
MARKS = {
    "by hand": ("s", "#8a8a8a"),
    "one method alone": ("o", "#b0a04a"),
    "peer": ("D", "#4a7fb0"),
    "published": ("|", "#222222"),
    "must reach": (">", "#b04a4a"),
}
PRODUCT_COLOUR = "#1f7a4d"


class PageError(Exception):
    """The page has no place for figures."""


def write(page: Path, outcomes: Sequence[Outcome], missing: Sequence[str] = ()) -> None:
    """`missing`: protocols that have no outcome. Raises PageError where the marks are missing."""
    text = page.read_text("utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise PageError(f"{page}: expected one line {BEGIN!r}, and after it one line {END!r}")
    drawing = page.with_suffix(".svg")
    drawing.write_text(plot(outcomes), "utf-8")
    alt = "The first metric of each protocol, as a multiple of what is done by hand"
    lines = [BEGIN, "", *summary(outcomes), ""]
    if missing:
        lines += [f"Not measured for this page: {', '.join(f'`{name}`' for name in missing)}.", ""]
    lines += [f"![{alt}]({drawing.name})", ""]
    for outcome in outcomes:
        lines += section(outcome)
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    page.write_text(before + "\n".join(lines) + "\n" + after, "utf-8")


def plot(outcomes: Sequence[Outcome]) -> str:
    """An SVG: one row a protocol, its first metric as a multiple of the best floor."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 1.3 + 0.42 * len(outcomes)), layout="constrained")
        axes = figure.add_subplot()
        for row, outcome in enumerate(reversed(outcomes)):
            base = value_of(outcome, outcome.best("floor")) or 1.0
            found = outcome.product.figures[outcome.metrics[0]]
            axes.plot([found.low / base, found.high / base], [row, row], color=PRODUCT_COLOUR, linewidth=2)
            axes.plot(found.value / base, row, "o", color=PRODUCT_COLOUR, label="product, 95 %" if row == 0 else None)
            for name, (marker, colour) in MARKS.items():
                value = _others(outcome)[name]
                if value is not None:
                    axes.plot(value / base, row, marker, color=colour, fillstyle="none")
        for name, (marker, colour) in MARKS.items():
            axes.plot([], [], marker, color=colour, fillstyle="none", label=name, linestyle="none")
        labels = [f"{outcome.title}\n{outcome.metrics[0]}" for outcome in reversed(outcomes)]
        axes.set_yticks(range(len(outcomes)), labels, fontsize=8)
        axes.set_ylim(-0.6, len(outcomes) - 0.4)
        axes.set_xlabel("multiple of the best that is done by hand")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
        return _svg(figure)


def _others(outcome: Outcome) -> dict[str, float | None]:
    aim = outcome.aims.get(outcome.metrics[0], {})
    return {
        "by hand": value_of(outcome, outcome.best("floor")),
        "one method alone": value_of(outcome, outcome.best("method")),
        "peer": value_of(outcome, outcome.best("peer")),
        "published": aim.get("published"),
        "must reach": aim.get("reach"),
    }


def value_of(outcome: Outcome, contender: Contender | None) -> float | None:
    """Its first metric."""
    return None if contender is None else contender.figures[outcome.metrics[0]].value


def _svg(figure: Figure) -> str:

    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
