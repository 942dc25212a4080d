"""Lookup: texts turned into tests on a column's codes, so that no text is compared per item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from models.catalogue import CategoryColumn, TextColumn
from models.filters.expression import Operator
from models.filters.values import Codes, Mask

Test = Callable[[Codes], Mask]
Span = tuple[int, int]  # from the first code up to, not including, the second
# Up to here comparing codes is as fast as a table of the vocabulary, and needs no memory.
MAX_SPANS = 4


def lookup(column: TextColumn | CategoryColumn, operator: Operator, texts: Sequence[str]) -> Test:
    """The test that a code meets `operator` with any of `texts`; code -1 never does."""
    if operator == "contains":
        found = [column.strings.containing(_key(text)) for text in texts]
        return _in_table(np.concatenate(found), _size(column))
    spans = [span for text in texts for span in _spans(column, operator, text)]
    if len(spans) > MAX_SPANS:
        return _in_table(np.concatenate([np.arange(*span) for span in spans]), _size(column))
    return lambda codes: _within(codes, spans)


def _spans(column: TextColumn | CategoryColumn, operator: Operator, text: str) -> list[Span]:
    if isinstance(column, CategoryColumn):
        nodes = column.nodes(text)
        return [(node, int(column.end[node]) if operator == "under" else node + 1) for node in nodes]
    strings, key = column.strings, _key(text)
    start = strings.lower_bound(key)
    if operator == "starts with":
        return _nonempty(start, strings.lower_bound(key + b"\xff"))  # no UTF-8 text holds the byte 255
    stop = strings.lower_bound(key + b"\0")
    ends = {
        "=": (start, stop),
        "<": (0, start),
        "<=": (0, stop),
        ">": (stop, len(strings)),
        ">=": (start, len(strings)),
    }
    return _nonempty(*ends[operator])


def _nonempty(start: int, stop: int) -> list[Span]:
    return [(start, stop)] if start < stop else []


def _within(codes: Codes, spans: Sequence[Span]) -> Mask:
    if not spans:
        return np.False_
    return reduce(or_, [_between(codes, start, stop) for start, stop in spans])


def _between(codes: Codes, start: int, stop: int) -> Mask:
    if stop == start + 1:
        return np.equal(codes, start)
    return np.greater_equal(codes, start) & np.less(codes, stop)


def _in_table(members: NDArray[np.integer], size: int) -> Test:
    table = np.zeros(size + 1, np.bool_)  # the last place stays False: it is what code -1 reads
    table[members] = True
    return lambda codes: table[codes]


def _size(column: TextColumn | CategoryColumn) -> int:
    return len(column.end) if isinstance(column, CategoryColumn) else len(column.strings)


def _key(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
