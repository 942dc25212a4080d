"""Table: every shop, task and metric as Markdown, and what they come to together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bench.shops_quality.measure import Found, Line

ASKED = {
    "window": "all bought next",
    "visit": "the next order",
    "new": "never bought before",
    "again": "bought again",
}


def table(found: Sequence[Found]) -> Iterator[str]:
    columns = ("shop", "customers, items, lines", "training s", "asked", "of", "metric", "product", "best rival")
    yield f"| {' | '.join(columns)} | ratio [95 %] |"
    yield f"|{'---|' * (len(columns) + 1)}"
    for each in found:
        yield from shop_rows(each)
    yield ""
    yield from summary(found)


def shop_rows(found: Found) -> Iterator[str]:
    size = f"{found.customers:,}, {found.items:,}, {found.order_lines:,}"
    name = f"`{found.name}`: {found.title}"
    if found.fault:
        yield f"| {name} | {size} | | {found.fault} | | | | | |"
    for line in found.lines:
        yield f"| {name} | {size} | {found.seconds:.0f} | {_row(line)} |"
        name = size = ""


def _row(line: Line) -> str:
    ratio = f"{line.ratio:.2f} [{line.low:.2f} {line.high:.2f}]"
    ratio = f"**{ratio}**" if line.ratio < 1 else ratio
    rival = f"{line.rival:.4f} {line.name}"
    return " | ".join([ASKED[line.task], f"{line.customers:,}", line.metric, f"{line.product:.4f}", rival, ratio])


def summary(found: Sequence[Found]) -> Iterator[str]:
    """The median of the ratios by what was asked, and how often the product does not lead."""
    yield "| asked | ratios | median | least | below 1 | surely below 1 |"
    yield "|---|---|---|---|---|---|"
    for task, asked in ASKED.items():
        lines = [line for each in found for line in each.lines if line.task == task]
        if lines:
            ratios = np.array([line.ratio for line in lines])
            below, surely = (ratios < 1).sum(), sum(line.high < 1 for line in lines)
            yield f"| {asked} | {len(lines)} | {np.median(ratios):.3f} | {ratios.min():.3f} | {below} | {surely} |"
