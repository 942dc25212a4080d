"""The report: one page that needs nothing beside it, with the figures and a plot."""

from __future__ import annotations

import html
import io
from pathlib import Path
from statistics import median

import msgspec
from matplotlib.figure import Figure as Plot

from bench.figures import Figure, Results

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse}td,th{padding:.3em .9em;border-bottom:1px solid #ddd;text-align:left}"
    "td.number{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}"
)


def write_report(results: Results, directory: Path) -> Path:
    """Writes serving.json and serving.html; returns the page's path."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "serving.json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))
    page = directory / "serving.html"
    page.write_text(as_html(results), "utf-8")
    return page


def as_html(results: Results) -> str:
    machine = results.machine
    where = f"{machine.cores} cores, {machine.processor}, Python {machine.python}, {machine.at}"
    rows = "".join(_row(figure) for figure in results.figures)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Speed of the service</title><style>{STYLE}</style>"
        f"<h1>Speed of the service</h1><p>{html.escape(results.shop)}. {html.escape(where)}. Load average before: "
        f"{machine.busy}.</p><table><tr><th>figure<th>median<th>rounds<th>should be<th></tr>{rows}</table>"
        f"<h2>Rounds</h2>{plot(results)}</html>\n"
    )


def _row(figure: Figure) -> str:
    rounds = ", ".join(f"{value:.3g}" for value in figure.rounds)
    return (
        f"<tr><td>{html.escape(figure.name)}<td class=number>{figure.value:.3g} {figure.unit}<td>{rounds}"
        f"<td>{figure.aim}<td>{figure.verdict}</tr>"
    )


def plot(results: Results) -> str:
    """Throughput of every target, and the latencies of all requests; a dot a round. SVG."""
    canvas = Plot(figsize=(10, 3.6), layout="constrained")
    rates, latencies = canvas.subplots(1, 2)
    names = list(results.loads)
    for axes, title, values in (
        (rates, "requests a second", [[load.rate for load in results.loads[name]] for name in names]),
        (latencies, "p99, ms", [[load.p99_ms for load in results.loads[name]] for name in names]),
    ):
        axes.barh(names, [median(rounds) for rounds in values], color="#8fb4d9")
        for place, rounds in enumerate(values):
            axes.plot(rounds, [place] * len(rounds), "o", color="#1f3f66", markersize=3)
        axes.set_title(title, loc="left")
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
    latencies.set_yticklabels([])
    svg = io.StringIO()
    canvas.savefig(svg, format="svg")
    return svg.getvalue()[svg.getvalue().index("<svg") :]
