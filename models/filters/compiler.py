"""Compiler: an Expression checked against a catalogue and turned into a condition on arrays of items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add, and_, mul, or_, sub
from typing import Any

import numpy as np

from models.catalogue import Catalogue, Kind
from models.closest import did_you_mean
from models.errors import FilterError
from models.filters.comparisons import WORDS, Condition, compared, is_comparable
from models.filters.expression import (
    Age,
    And,
    Arithmetic,
    Attribute,
    Comparison,
    Constant,
    Expression,
    IsNull,
    Membership,
    Not,
    Or,
)
from models.filters.lookup import lookup
from models.filters.values import (
    NO_FRAME,
    Coded,
    Frame,
    Numbers,
    Numeric,
    Plain,
    Value,
    of_column,
    of_constant,
    of_customer,
    seconds,
)

SECONDS_PER_DAY = 86_400.0


class Compiler:
    """Compiles the filters of one catalogue; every method raises FilterError."""

    def __init__(self, catalogue: Catalogue, customer_kinds: Mapping[str, Kind]) -> None:
        self._catalogue = catalogue
        self._customer_kinds = customer_kinds

    def condition(self, node: Expression) -> Condition:
        match node:
            case And():
                return self._joined(and_, node.conditions)
            case Or():
                return self._joined(or_, node.conditions)
            case Not():
                inner = self.condition(node.condition)
                return lambda frame: np.logical_not(inner(frame))
            case Comparison():
                return compared(node, *self._alike(node.left, node.right))
            case Membership():
                return self._membership(node)
            case IsNull():
                return self.value(node.operand).unknown
        return self._truth(node)

    def value(self, node: Expression) -> Value:
        match node:
            case Constant(at, None):
                raise FilterError("null is no value: ask for it with is null or is not null", at)
            case Constant(_, str() | float() | bool() as constant):
                return of_constant(constant)
            case Attribute():
                return self._attribute(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Age():
                return self._age(node)
        raise FilterError("a value should stand here, not a condition", node.at)

    def _joined(self, join: Callable[[Any, Any], Any], nodes: Sequence[Expression]) -> Condition:
        parts = [self.condition(node) for node in nodes]
        return lambda frame: reduce(join, [part(frame) for part in parts])

    def _truth(self, node: Expression) -> Condition:
        value = self.value(node)
        if not (isinstance(value, Coded) and value.kind == "boolean"):
            raise FilterError(f"a condition should stand here, not {WORDS[value.kind]}", node.at)
        read = value.read
        return lambda frame: np.equal(read(frame), 1)

    def _attribute(self, node: Attribute) -> Value:
        if node.scope == "customer":
            if node.name not in self._customer_kinds:
                hint = did_you_mean(node.name, self._customer_kinds)
                raise FilterError(f"customers have no attribute called {node.name!r}{hint}", node.at)
            return of_customer(node.name, self._customer_kinds[node.name])
        if node.name not in self._catalogue.columns:
            hint = did_you_mean(node.name, self._catalogue.columns)
            raise FilterError(f"the catalogue has no column called {node.name!r}{hint}", node.at)
        return of_column(self._catalogue.columns[node.name], node.scope)

    def _arithmetic(self, node: Arithmetic) -> Value:
        left, right = (self._numeric(side, "number", f"{node.operator} needs") for side in (node.left, node.right))
        calculate = CALCULATE[node.operator]
        return Numeric("number", lambda frame: calculate(left.read(frame), right.read(frame)))

    def _age(self, node: Age) -> Value:
        time = self._numeric(node.time, "time", "age() needs")
        return Numeric("number", lambda frame: (frame.as_of - time.read(frame)) / SECONDS_PER_DAY)

    def _numeric(self, node: Expression, kind: Kind, who_needs: str) -> Numeric:
        value = self.value(node)
        if not isinstance(value, Numeric) or value.kind != kind:
            raise FilterError(f"{who_needs} {WORDS[kind]}, not {WORDS[value.kind]}", node.at)
        return value

    def _alike(self, left: Expression, right: Expression) -> tuple[Value, Value]:
        """Both values; a quoted text beside a time is read as a time."""
        ours, theirs = self.value(left), self.value(right)
        return _read_as(theirs.kind, ours, left), _read_as(ours.kind, theirs, right)

    def _membership(self, node: Membership) -> Condition:
        operand = self.value(node.operand)
        choices = [self._choice(operand, choice) for choice in node.choices]
        if isinstance(operand, Plain):
            read_text = operand.read
            return lambda frame: read_text(frame) in choices
        if isinstance(operand, Coded) and operand.column is not None:
            meets, read_codes = lookup(operand.column, "=", choices), operand.read
            return lambda frame: meets(read_codes(frame))
        read_numbers: Callable[[Frame], Any] = operand.read
        return lambda frame: np.isin(read_numbers(frame), choices)

    def _choice(self, operand: Value, node: Expression) -> Any:
        """One entry of an `in` list as the text, number, flag or seconds that it stands for."""
        if not isinstance(node, Constant):
            raise FilterError("a list holds plain values only; join comparisons with or instead", node.at)
        choice = _read_as(operand.kind, self.value(node), node)
        if not is_comparable(operand, choice):
            raise FilterError(f"{WORDS[operand.kind]} cannot be compared with {WORDS[choice.kind]}", node.at)
        return choice.read(NO_FRAME)


def _read_as(kind: str, value: Value, node: Expression) -> Value:
    """The value, or the time that a quoted text stands for where `kind` asks for one."""
    if kind != "time" or not isinstance(value, Plain) or value.constant is None:
        return value
    try:
        moment = seconds(value.constant)
    except ValueError:
        message = f"{value.constant!r} is not a time: write '2026-01-31' or '2026-01-31T09:30:00Z'"
        raise FilterError(message, node.at) from None
    return Numeric("time", lambda _: moment)


def _divided(left: Numbers, right: Numbers) -> Numbers:
    """Division by zero is unknown, not infinite."""
    return left / np.where(np.equal(right, 0), np.nan, right)


CALCULATE: dict[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": _divided}
