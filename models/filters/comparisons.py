"""Comparisons: two typed values and an operator made into a condition."""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import FilterError
from models.filters.expression import Comparison, Operator
from models.filters.lookup import lookup
from models.filters.values import Coded, Frame, Mask, Numeric, Plain, Value, as_plain

Condition = Callable[[Frame], Mask]

WORDS = {
    "number": "a number",
    "time": "a time",
    "boolean": "true or false",
    "text": "text",
    "category": "a category",
}
ORDERED: frozenset[Operator] = frozenset({"=", "<", "<=", ">", ">="})
OPERATORS: dict[str, frozenset[Operator]] = {
    "number": ORDERED,
    "time": ORDERED,
    "boolean": frozenset({"="}),
    "text": ORDERED | {"contains", "starts with"},
    "category": frozenset({"=", "under"}),
}
MIRRORED: dict[Operator, Operator] = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
COMPARE: Mapping[Operator, Callable[[Any, Any], Any]] = {
    "=": op.eq,
    "<": op.lt,
    "<=": op.le,
    ">": op.gt,
    ">=": op.ge,
    "contains": op.contains,
    "starts with": str.startswith,
}
# Texts of customers whose codes are remembered, per comparison.
CACHED_TEXTS = 1_024


def compared(node: Comparison, left: Value, right: Value) -> Condition:
    """The condition that is met where both sides are known and stand in the relation. Raises FilterError."""
    _check(node, left, right)
    if isinstance(left, Numeric) or isinstance(right, Numeric):
        return _values(COMPARE[node.operator], left, right)
    if isinstance(left, Coded) and isinstance(right, Coded):
        return _codes(node, left, right)
    if isinstance(left, Coded) and isinstance(right, Plain):
        return _looked_up(node.operator, left, right)
    if isinstance(left, Plain) and isinstance(right, Coded):
        return _looked_up(MIRRORED[node.operator], right, left)
    return _texts(COMPARE[node.operator], left, right)


def is_comparable(left: Value, right: Value) -> bool:
    """Whether the two are of one kind; a category and a text are."""
    return _family(left) == _family(right)


def _family(value: Value) -> str:
    return "text" if value.kind == "category" else value.kind


def _check(node: Comparison, left: Value, right: Value) -> None:
    if not is_comparable(left, right):
        raise FilterError(f"{WORDS[left.kind]} cannot be compared with {WORDS[right.kind]}", node.right.at)
    if node.operator == "under" and left.kind != "category":
        raise FilterError(f"under needs a category on its left, not {WORDS[left.kind]}", node.left.at)
    kind = "category" if right.kind == "category" else left.kind
    if node.operator not in OPERATORS[kind]:
        raise FilterError(f"{node.operator} does not apply to {WORDS[kind]}", node.at)
    if node.operator in ("contains", "starts with") and not (isinstance(right, Plain) and right.constant):
        raise FilterError(f"{node.operator} needs a quoted text on its right", node.right.at)


def _values(compare: Callable[[Any, Any], Any], left: Value, right: Value) -> Condition:
    return lambda frame: compare(left.read(frame), right.read(frame))


def _codes(node: Comparison, left: Coded, right: Coded) -> Condition:
    if left.column is not right.column:
        return _across(node, left, right)
    if node.operator == "under":
        return _descends(left, right)
    compare = COMPARE[node.operator]

    def condition(frame: Frame) -> Mask:
        ours, theirs = left.read(frame), right.read(frame)
        met: Mask = np.greater_equal(ours, 0) & np.greater_equal(theirs, 0) & compare(ours, theirs)
        return met

    return condition


def _descends(left: Coded, right: Coded) -> Condition:
    """A node lies under another when its number lies in the other's subtree."""
    end: NDArray[np.int32] = np.append(left.column.end, np.int32(-1))  # the last place is what node -1 reads

    def condition(frame: Frame) -> Mask:
        ours, theirs = left.read(frame), right.read(frame)
        return np.greater_equal(ours, theirs) & np.less(ours, end[theirs])

    return condition


def _across(node: Comparison, left: Coded, right: Coded) -> Condition:
    """Two columns have different codes: the anchor's text is looked up in the other's vocabulary."""
    if not right.per_item:
        return _looked_up(node.operator, left, as_plain(right))
    if not left.per_item and node.operator in MIRRORED:
        return _looked_up(MIRRORED[node.operator], right, as_plain(left))
    raise FilterError("two columns of text cannot be compared with each other", node.at)


def _looked_up(operator: Operator, left: Coded, right: Plain) -> Condition:
    column = left.column
    if right.constant is not None:
        meets = lookup(column, operator, (right.constant,))
        return lambda frame: meets(left.read(frame))
    find = lru_cache(maxsize=CACHED_TEXTS)(lambda text: lookup(column, operator, (text,)))

    def condition(frame: Frame) -> Mask:
        text = right.read(frame)
        return np.False_ if text is None else find(text)(left.read(frame))

    return condition


def _texts(compare: Callable[[Any, Any], Any], left: Value, right: Value) -> Condition:
    def condition(frame: Frame) -> Mask:
        ours, theirs = left.read(frame), right.read(frame)
        return ours is not None and theirs is not None and bool(compare(ours, theirs))

    return condition
