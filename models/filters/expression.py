"""Expression: what a filter says, as an immutable tree without types or catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Scope = Literal["", "item", "customer"]  # "": the item that is filtered; "item": the anchor
Operator = Literal["=", "<", "<=", ">", ">=", "under", "contains", "starts with"]


@dataclass(frozen=True, slots=True)
class Expression:
    """`at`: the 1-based position in the text that errors about this part point to."""

    at: int

    @property
    def children(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Attribute(Expression):
    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic(Expression):
    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Age(Expression):
    """Days from a time to the query's `as_of`."""

    time: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.time,)


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    operator: Operator
    left: Expression
    right: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class Membership(Expression):
    operand: Expression
    choices: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.operand, *self.choices


@dataclass(frozen=True, slots=True)
class IsNull(Expression):
    operand: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Not(Expression):
    condition: Expression

    @property
    def children(self) -> tuple[Expression, ...]:
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class And(Expression):
    conditions: tuple[Expression, ...]

    @property
    def children(self) -> tuple[Expression, ...]:
        return self.conditions


@dataclass(frozen=True, slots=True)
class Or(Expression):
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
