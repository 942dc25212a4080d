"""Values: the typed operands of a compiled filter, each read for many items at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.catalogue import Kind
from models.filters.expression import Scope

Mask = NDArray[np.bool_] | np.bool_ | bool
Numbers = NDArray[np.float64] | float
Codes = NDArray[np.integer] | int


class Frame(msgspec.Struct, frozen=True):
    """What one evaluation is about; `rows` None stands for every item, in order."""

    rows: NDArray[np.integer] | None
    item_row: int | None
    customer: Mapping[str, Any]
    as_of: float


NO_FRAME = Frame(None, None, {}, float("nan"))  # enough to read a constant


class Numeric(msgspec.Struct, frozen=True):
    """Numbers, or times in seconds since 1970; NaN where unknown."""

    kind: Literal["number", "time"]
    read: Callable[[Frame], Numbers]

    def unknown(self, frame: Frame) -> Mask:
        return np.isnan(self.read(frame))


class Coded(msgspec.Struct, frozen=True):
    """Codes of a TextColumn or CategoryColumn, or 0 and 1 for false and true without a column; -1 where unknown."""

    kind: Literal["text", "category", "boolean"]
    read: Callable[[Frame], Codes]
    column: Any = None
    per_item: bool = True

    def unknown(self, frame: Frame) -> Mask:
        return np.less(self.read(frame), 0)


class Plain(msgspec.Struct, frozen=True):
    """One text for all items, None where unknown; `constant` where the filter itself says it."""

    read: Callable[[Frame], str | None]
    constant: str | None = None
    kind: Literal["text"] = "text"

    def unknown(self, frame: Frame) -> Mask:
        return self.read(frame) is None


Value = Numeric | Coded | Plain


def of_constant(value: str | float) -> Value:
    if isinstance(value, bool):
        return Coded("boolean", lambda _: int(value), per_item=False)
    if isinstance(value, str):
        return Plain(lambda _: value, value)
    return Numeric("number", lambda _: value)


def of_column(column: Any, scope: Scope) -> Value:
    """A catalogue column of the items that are filtered, or of the anchor."""
    if column.kind in ("number", "time"):
        return Numeric(column.kind, _reader(column.values, scope, float("nan")))
    if column.kind == "boolean":
        return Coded("boolean", _reader(column.values, scope, -1), per_item=not scope)
    return Coded(column.kind, _reader(column.codes, scope, -1), column, per_item=not scope)


def _reader(array: NDArray[Any], scope: Scope, unknown: Any) -> Callable[[Frame], Any]:
    values = np.asarray(array)  # a memmap's own indexing is several times slower
    if scope:
        return lambda frame: unknown if frame.item_row is None else values[frame.item_row]
    return lambda frame: values if frame.rows is None else values.take(frame.rows)


def of_customer(name: str, kind: Kind) -> Value:
    """A customer's attribute, as Column.value() gives it; what is not of its kind counts as unknown."""
    if kind == "number":
        return Numeric("number", lambda frame: _number(frame.customer.get(name)))
    if kind == "time":
        return Numeric("time", lambda frame: _time(frame.customer.get(name)))
    if kind == "boolean":
        return Coded("boolean", lambda frame: _flag(frame.customer.get(name)), per_item=False)
    return Plain(lambda frame: _text(frame.customer.get(name)))


def as_plain(value: Coded) -> Plain:
    """The anchor's text itself, to look it up in another column's vocabulary."""
    column = value.column
    return Plain(lambda frame: None if frame.item_row is None else column.value(frame.item_row))


def seconds(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 date or time, in UTC where it names no offset. Raises ValueError."""
    time = dt.datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).timestamp()


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def _time(value: object) -> float:
    try:
        return seconds(value) if isinstance(value, str) else float("nan")
    except ValueError:
        return float("nan")


def _flag(value: object) -> int:
    return int(value) if isinstance(value, bool) else -1


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
