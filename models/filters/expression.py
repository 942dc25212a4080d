"""Expression: what a filter says, as an immutable tree without types or catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

Scope = Literal["", "item", "customer"]  # "": the item that is filtered; "item": the anchor
Operator = Literal["=", "<", "<=", ">", ">=", "under", "contains", "starts with"]


class Expression(msgspec.Struct, frozen=True):
    """`at`: the 1-based position in the text that errors about this part point to."""

    at: int

    @property
    def children(self) -> tuple[Expression, ...]:
        return ()


class Constant(Expression, frozen=True):
    value: str | float | bool | None


class Attribute(Expression, frozen=True):
    scope: Scope
    name: str


class Arithmetic(Expression, frozen=True):
    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.left, self.right


class Age(Expression, frozen=True):
    """Days from a time to the query's `as_of`."""

    time: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.time,)


class Comparison(Expression, frozen=True):
    operator: Operator
    left: Expression
    right: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.left, self.right


class Membership(Expression, frozen=True):
    operand: Expression
    choices: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.operand, *self.choices


class IsNull(Expression, frozen=True):
    operand: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)


class Not(Expression, frozen=True):
    condition: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.condition,)


class And(Expression, frozen=True):
    conditions: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.conditions


class Or(Expression, frozen=True):
    conditions: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.conditions


def levels(root: Expression) -> Iterator[list[Expression]]:
    """The parts of an expression, level by level from the root; never recurses, so any depth is safe."""
    level = [root]
    while level:
        yield level
        level = [child for part in level for child in part.children]
