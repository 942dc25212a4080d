"""Drawn pictures: what stands for a product of which there is no photo, made from its title and category alone."""

from __future__ import annotations

import colorsys
import hashlib

import numpy as np
from PIL import Image, ImageDraw

from recsvc.pictures.lettering import font, lines, write

# Drawn larger and shrunk, so that circles have smooth edges.
SMOOTH = 2


def drawn(title: str, category: str | None, side: int) -> Image.Image:
    """A square picture, the same for the same words: a colour for the category, a pattern for the title."""
    leaf = (category or "").rsplit(" > ", 1)[-1]
    hue = _fraction(leaf or title)
    picture = _ground(side, hue)
    picture = Image.alpha_composite(picture, _circles(side, title))
    canvas = ImageDraw.Draw(picture)
    margin = side * 0.09
    if leaf:
        small = font(max(9, side // 24), bold=True)
        canvas.text((margin, margin), lines(leaf.upper(), small, side - 2 * margin, 1)[0], font=small, fill="#ffffffcc")
    large = font(max(12, side // 11), bold=True)
    said = lines(title, large, side - 2 * margin, 4)
    leading = large.size * 1.22
    write(canvas, (margin, side - margin - leading * len(said)), said, large, "#ffffff", leading=leading)
    return picture.convert("RGB")


def _ground(side: int, hue: float) -> Image.Image:
    """From a deep to a deeper neighbouring colour, dark enough for white letters."""
    start, end = (
        np.array(colorsys.hls_to_rgb(one % 1, lightness, 0.42)) for one, lightness in ((hue, 0.46), (hue + 0.07, 0.28))
    )
    across = np.linspace(0, 1, side)
    share = ((across[:, None] * 1.4 + across) / 2.4)[..., None]
    colours = (start * (1 - share) + end * share) * 255
    return Image.fromarray(colours.round().astype(np.uint8), "RGB").convert("RGBA")


def _circles(side: int, title: str) -> Image.Image:
    layer = Image.new("RGBA", (side * SMOOTH, side * SMOOTH), (255, 255, 255, 0))
    canvas = ImageDraw.Draw(layer)
    for number in range(3):
        x, y, size = (_fraction(f"{title}/{number}/{axis}") for axis in "xyr")
        radius = side * SMOOTH * (0.16 + 0.24 * size)
        centre = (side * SMOOTH * (0.35 + 0.65 * x), side * SMOOTH * 0.75 * y)
        canvas.circle(centre, radius, fill=(255, 255, 255, 20 + 8 * number))
    return layer.resize((side, side), Image.Resampling.BOX)


def _fraction(text: str) -> float:
    """A number from 0 to 1 that stays with the text."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32
