"""Widget: the script of a shop's pages, put together from the parts in this folder."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# In the order in which they use each other; all of them see one scope, and nothing of it is the page's.
PARTS = ("settings", "texts", "prices", "events", "views", "page", "tile", "element")


@dataclass(frozen=True, slots=True)
class Script:
    """The script as sent; `version` changes with its content."""

    text: bytes
    zipped: bytes
    version: str


@cache
def script() -> Script:
    text = "\n".join(
        ('(() => {\n"use strict";', _style(), *(_lean(_part(f"{name}.js")) for name in PARTS), "})();", "")
    )
    # The same bytes on every host and start, so that browsers keep what they have.
    return Script(text.encode(), gzip.compress(text.encode(), mtime=0), hashlib.sha256(text.encode()).hexdigest()[:16])


def _style() -> str:
    return f"const STYLE = {json.dumps(_lean(_part('style.css')), ensure_ascii=False)};\n"


def _lean(code: str) -> str:
    """Less what only its readers need, in lines of their own: comments and indentation. No text spans lines."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _part(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
