"""Every feature of HTML and CSS in a block is one that mail clients have, or one that a block does without.

By the data of caniemail.com for Gmail, Outlook (Windows, Mac, web), Apple Mail, Yahoo and Samsung.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

SUPPORT = json.loads((Path(__file__).parents[2] / "vendor/caniemail/support.json").read_text())["features"]
LAYOUTS = ("grid-2", "grid-3", "list", "hero")
# What a client without the feature shows instead.
FALLBACKS = {
    "css-at-media": "colours of the light mode; no other query is asked",
    "css-at-media-prefers-color-scheme": "the client recolours the light mode by itself, or shows it",
    "css-border": "one pixel on a cell, which Outlook draws",
    "css-border-radius": "VML rounds the button in Outlook; elsewhere corners are square",
    "css-display": "block alone, and inline-block in grid-3, which Outlook gets as a table",
    "css-font-size": "pixels alone are used",
    "css-font-weight": "normal and bold alone are used",
    "css-height": "levels the buttons of a row, as the attribute beside it does; without both a row is uneven",
    "css-important": "lowercase, after a space, and in the style element alone",
    "css-line-height": "mso-line-height-rule:exactly stands beside it",
    "css-margin": "0 and auto alone; the attribute align centres as well",
    "css-max-width": "a table of fixed width around the block, and the width of pictures, for Outlook",
    "css-min-width": "Outlook gets rows of three cells of fixed width",
    "css-padding": "on cells; that of the button is VML in Outlook",
    "css-selector-attribute": "Outlook's own hooks for its dark mode, of use there alone",
    "css-selector-class": "enhancements of the style element alone",
    "css-selector-descendant": "enhancements of the style element alone",
    "css-selector-grouping": "enhancements of the style element alone",
    "css-text-align": "center alone",
    "css-text-decoration": "none alone: a client that underlines titles all the same shows links",
    "css-width": "on tables and cells, with the attribute beside it; of pictures and in grid-3 not for Outlook",
    "html-align": "on cells and tables, as center, left and right",
    "html-dir": "cells are aligned to the right by attribute",
    "html-height": "pixels of pictures and cells",
    "html-lang": "a hint for readers aloud on the outermost table",
    "html-role": "on tables alone",
    "html-style": "all that a block needs stands inline",
    "html-width": "pixels, and per cent of tables and cells",
}
# Of which caniemail has no page, because every client has always had them.
EVERYWHERE = {"color", "border", "mso-line-height-rule"}
# How caniemail calls what it does not call by its own name.
CALLED = {"font-family": "font", "border-top": "border", "margin": "margin", "border-color": "border"}
ATTRIBUTES = {"align", "cellpadding", "cellspacing", "dir", "lang", "role", "width", "height", "valign"}
TAGS = {"table", "img", "span", "style", "div"}


class Features(HTMLParser):
    """The slugs of what a page uses outside of comments for Outlook, and the properties that have none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.unknown: set[str] = set()
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in TAGS:
            self.found.add(f"html-{tag}")
        for name, value in attrs:
            if name in ATTRIBUTES:
                self.found.add(f"html-{name}")
            elif name == "style":
                self._declarations(value or "")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._style(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self._in_style = False

    def _style(self, text: str) -> None:
        if "@media" in text:
            self.found.add("css-at-media")
        self.found |= {f"css-at-media-{name}" for name in re.findall(r"@media \(([\w-]+):", text)}
        for selector, declarations in re.findall(r"([^{}@]+){([^{}]+)}", re.sub(r"@media[^{]+{", "", text)):
            self.found |= set(_selectors(selector))
            self._declarations(declarations)

    def _declarations(self, text: str) -> None:
        for declaration in filter(None, text.split(";")):
            name, _, value = declaration.partition(":")
            slug = f"css-{CALLED.get(name.strip(), name.strip())}"
            if slug in SUPPORT:
                self.found.add(slug)
            elif slug.removeprefix("css-") not in EVERYWHERE:
                self.unknown.add(name)
            self.found |= {f"css-unit-{unit}".replace("%", "percent") for unit in re.findall(r"\d(px|%|em|rem)", value)}
            if "!important" in value:
                self.found.add("css-important")


def _selectors(text: str) -> Iterator[str]:
    yield "css-selector-class"
    if "[" in text:
        yield "css-selector-attribute"
    if "," in text:
        yield "css-selector-grouping"
    if re.search(r"\S \S", text.replace(", ", ",")):
        yield "css-selector-descendant"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_client_lacks_has_a_fallback(builder: Any, layout: str) -> None:
    used = Features(builder.get(f"/v1/email/email_newsletter.html?customer_id=c0003&slots=5&layout={layout}").text)
    assert used.unknown == set()
    assert {"html-table", "css-padding", "css-selector-attribute", "css-at-media-prefers-color-scheme"} <= used.found
    lacking = {slug: sorted(c for c, has in SUPPORT[slug].items() if has in "an") for slug in used.found}
    assert {slug: clients for slug, clients in lacking.items() if clients and slug not in FALLBACKS} == {}


def test_every_fallback_is_needed_somewhere(builder: Any) -> None:
    used = set().union(
        *(
            Features(builder.get(f"/v1/email/email_newsletter.html?slots=5&layout={layout}").text).found
            for layout in LAYOUTS
        )
    )
    assert set(FALLBACKS) <= used


def test_a_feature_without_a_fallback_is_found() -> None:
    used = Features('<div style="display:flex;float:left;shape-margin:1em;blink:yes"></div>')
    assert {"css-display", "css-float", "css-shape-margin", "css-unit-em", "html-div"} <= used.found
    assert used.unknown == {"blink"}
