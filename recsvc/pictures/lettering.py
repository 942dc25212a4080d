"""Lettering: text drawn in Noto Sans, which has the letters of every European language."""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib.resources import as_file, files

from PIL import ImageDraw, ImageFont

ELLIPSIS = "…"
_FILE = files("fontpkg_noto_sans").joinpath("files/NotoSans[wdth,wght].ttf")
# FreeType's faces are not made to be used by two threads at once.
_own = threading.local()


def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The typeface at a size in pixels."""
    if not hasattr(_own, "made"):
        _own.made = lru_cache(maxsize=32)(_made)
    found: ImageFont.FreeTypeFont = _own.made(size, bold)
    return found


def _made(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    with as_file(_FILE) as path:
        made = ImageFont.truetype(str(path), size)
    weight = 650 if bold else 400
    axes = made.get_variation_axes()
    made.set_variation_by_axes([weight if axis["name"] == b"Weight" else axis["default"] or 0 for axis in axes])
    return made


def lines(text: str, face: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """The text in at most `most` lines that are no wider than `width`; what is left out ends in an ellipsis."""
    words, made = text.split(), [""]
    for number, word in enumerate(words):
        longer = f"{made[-1]} {word}".strip()
        if face.getlength(longer) <= width:
            made[-1] = longer
        elif len(made) == most:
            made[-1] = _fitting(" ".join((made[-1], *words[number:])).strip(), face, width)
            return made
        elif made[-1]:
            made.append(word)
        else:
            made[-1] = word
    return [line if face.getlength(line) <= width else _fitting(line, face, width) for line in made]


def write(
    canvas: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: list[str],
    face: ImageFont.FreeTypeFont,
    colour: str | tuple[int, ...],
    *,
    leading: float,
    anchor: str = "la",
) -> float:
    """Writes the lines one below the other; returns where the next would stand."""
    x, y = place
    for line in text:
        canvas.text((x, y), line, font=face, fill=colour, anchor=anchor)
        y += leading
    return y


def _fitting(text: str, face: ImageFont.FreeTypeFont, width: float) -> str:
    """The longest beginning that fits with an ellipsis."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if face.getlength(text[:middle].rstrip() + ELLIPSIS) <= width else (low, middle - 1)
    return text[:low].rstrip() + ELLIPSIS
