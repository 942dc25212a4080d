"""parse(): a filter's text to its Expression, within limits that keep every filter cheap."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from models.errors import FilterError
from models.filters.expression import Expression, levels
from models.query import MAX_FILTER_CHARS

if TYPE_CHECKING:
    from models.filters.syntax import Syntax

# Deeper than anyone writes, shallow enough that compiling may recurse.
MAX_DEPTH = 50
CACHED_EXPRESSIONS = 1_024


@lru_cache(maxsize=CACHED_EXPRESSIONS)
def parse(text: str) -> Expression:
    """The expression that `text` says. Raises FilterError with the 1-based position of the fault."""
    if len(text) > MAX_FILTER_CHARS:
        raise FilterError(f"a filter has at most {MAX_FILTER_CHARS} characters", MAX_FILTER_CHARS + 1)
    if not text.strip():
        raise FilterError("the filter is empty", 1)
    expression = grammar().parse(text)
    for depth, level in enumerate(levels(expression), start=1):
        if depth > MAX_DEPTH:
            raise FilterError(f"a filter nests at most {MAX_DEPTH} levels deep", level[0].at)
    return expression


@cache
def grammar() -> Syntax:
    """Imported and built at the first filter: commands that use none start without it."""
    from models.filters.syntax import Syntax

    return Syntax()
