"""A table of text for the terminal."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import unicodedata
from collections.abc import Sequence

GAP = "  "
ELLIPSIS = "…"
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]\d+)?")


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Aligned columns, numbers to the right; the last column is cut to what the terminal has left."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(header, *cells, strict=True)]
    right = [all(map(NUMBER.fullmatch, column)) for column in zip(*cells, strict=True)] or [False] * len(header)
    room = shutil.get_terminal_size((160, 24)).columns - sum(widths[:-1]) - len(GAP) * (len(widths) - 1)
    widths[-1] = min(widths[-1], max(room, 20))
    lines = [header, ["─" * width for width in widths], *cells]
    return "\n".join(GAP.join(map(_padded, line, widths, right)).rstrip() for line in lines)


def moment(time: dt.datetime | None) -> str:
    """To the minute; nothing where there is no time."""
    return f"{time:%Y-%m-%d %H:%M}" if time else ""


def _padded(text: str, width: int, right: bool) -> str:
    if _width(text) > width:
        while _width(text) >= width:
            text = text[:-1]
        text += ELLIPSIS
    filler = " " * (width - _width(text))
    return filler + text if right else text + filler


def _width(text: str) -> int:
    """Terminal columns: East Asian characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
