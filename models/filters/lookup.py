"""Lookup: texts turned into tests on the codes of a column, so that no string is compared per item."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from models.catalogue import CategoryColumn, TextColumn
from models.filters.expression import Operator
from models.filters.values import Codes, Mask

Test = Callable[[Codes], Mask]
Span = tuple[int, int]  # codes from the first up to, not including, the second
# A table of the vocabulary answers many spans at once; up to here comparing codes is faster and needs no memory.
MAX_SPANS = 4


def lookup(column: TextColumn | CategoryColumn, operator: Operator, texts: Sequence[str]) -> Test:
    """The test that a code meets `operator` with any of `texts`."""
    if operator == "contains":
        found = [column.strings.containing(_key(text)) for text in texts]
        return _table([(code, code + 1) for code in np.concatenate(found).tolist()], len(column.strings))
    found_spans = [span for text in texts for span in spans(column, operator, text)]
    if len(found_spans) > MAX_SPANS:
        return _table(found_spans, len(column.strings))
    return lambda codes: _within(codes, found_spans)


def spans(column: TextColumn | CategoryColumn, operator: Operator, text: str) -> list[Span]:
    """The codes that meet `operator` with `text`; empty where the column does not know it."""
    if isinstance(column, CategoryColumn):
        nodes = column.nodes(text)
        return [(node, int(column.end[node]) if operator == "under" else node + 1) for node in nodes]
    strings, key = column.strings, _key(text)
    start = strings.lower_bound(key)
    if operator == "starts with":
        return [(start, strings.lower_bound(key + b"\xff"))]  # no UTF-8 text holds the byte 255
    stop = strings.lower_bound(key + b"\0")
    ranges: dict[str, Span] = {
        "=": (start, stop),
        "<": (0, start),
        "<=": (0, stop),
        ">": (stop, len(strings)),
        ">=": (start, len(strings)),
    }
    span = ranges[operator]
    return [span] if span[0] < span[1] else []


def _key(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
