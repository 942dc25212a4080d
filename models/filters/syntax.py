"""The grammar at work: text to Expression, and lark's complaints to FilterError; importing it imports lark."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken

from models.errors import FilterError
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


class _Build(Transformer[Token, Expression]):
    """One method per rule of the grammar; called while the text is parsed, bottom up."""

    def disjunction(self, parts: list[Expression]) -> Expression:
        return Or(parts[0].at, tuple(parts))

    def conjunction(self, parts: list[Expression]) -> Expression:
        return And(parts[0].at, tuple(parts))

    def negation(self, parts: list[Any]) -> Expression:
        return Not(_at(parts[0]), parts[1])

    def comparison(self, parts: list[Any]) -> Expression:
        left, token, right = parts
        operator: Any = " ".join(token.lower().split())
        if operator in ("!=", "<>"):
            return Not(_at(token), _comparison(_at(token), "=", left, right))
        return _comparison(_at(token), "=" if operator == "==" else operator, left, right)

    def excluding(self, parts: list[Any]) -> Expression:
        left, token, *rest = parts
        return Not(_at(token), self.comparison([left, *rest]))

    def membership(self, parts: list[Any]) -> Expression:
        return Membership(_at(parts[1]), parts[0], tuple(parts[2:]))

    def no_membership(self, parts: list[Any]) -> Expression:
        operand, token, *rest = parts
        return Not(_at(token), self.membership([operand, *rest]))

    def is_null(self, parts: list[Any]) -> Expression:
        return IsNull(_at(parts[1]), parts[0])

    def is_not_null(self, parts: list[Any]) -> Expression:
        return Not(_at(parts[1]), IsNull(_at(parts[1]), parts[0]))

    def arithmetic(self, parts: list[Any]) -> Expression:
        left, token, right = parts
        return Arithmetic(_at(token), token.value, left, right)

    def negative(self, parts: list[Any]) -> Expression:
        token, operand = parts
        if isinstance(operand, Constant) and isinstance(operand.value, float):
            return Constant(_at(token), -operand.value)
        return Arithmetic(_at(token), "-", Constant(_at(token), 0.0), operand)

    def number(self, parts: list[Token]) -> Expression:
        value = float(parts[0])
        if not math.isfinite(value):
            raise FilterError("the number is too large", _at(parts[0]))
        return Constant(_at(parts[0]), value)

    def string(self, parts: list[Token]) -> Expression:
        return Constant(_at(parts[0]), _unquoted(parts[0]))

    def true(self, parts: list[Token]) -> Expression:
        return Constant(_at(parts[0]), True)

    def false(self, parts: list[Token]) -> Expression:
        return Constant(_at(parts[0]), False)

    def null(self, parts: list[Token]) -> Expression:
        return Constant(_at(parts[0]), None)

    def attribute(self, parts: list[Token]) -> Expression:
        return Attribute(_at(parts[0]), "", _name(parts[0]))

    def scoped_attribute(self, parts: list[Token]) -> Expression:
        scope: Any = parts[0].lower()
        if scope not in ("item", "customer"):
            raise FilterError(f"{parts[0]}. is unknown: before a dot stands item or customer", _at(parts[0]))
        return Attribute(_at(parts[0]), scope, _name(parts[1]))

    def call(self, parts: list[Any]) -> Expression:
        name, operand = parts
        if name.lower() != "age":
            raise FilterError(f"there is no function {name}(); the only one is age(time), in days", _at(name))
        return Age(_at(name), operand)


def _at(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _unquoted(token: Token) -> str:
    quote = token[0]
    return token[1:-1].replace(quote * 2, quote)


def _name(token: Token) -> str:
    return _unquoted(token) if token.startswith("`") else str(token)


def _comparison(at: int, operator: Any, left: Expression, right: Expression) -> Expression:
    """`x = null` asks what `x is null` asks."""
    if operator == "=" and isinstance(right, Constant) and right.value is None:
        return IsNull(at, left)
    if operator == "=" and isinstance(left, Constant) and left.value is None:
        return IsNull(at, right)
    return Comparison(at, operator, left, right)


class Syntax:
    """A parser; building one takes milliseconds, so keep it. Safe to share between threads."""

    def __init__(self) -> None:
        grammar = files("models.filters").joinpath("filter.lark").read_text("utf-8")
        # The basic lexer, so that a keyword is a keyword wherever it stands: `price < and` is a syntax error there.
        self._lark = Lark(grammar, parser="lalr", lexer="basic", transformer=_Build())

    def parse(self, text: str) -> Expression:
        """Raises FilterError."""
        try:
            tree: Any = self._lark.parse(text)
        except UnexpectedCharacters as error:
            raise _unexpected_character(text, error.pos_in_stream or 0) from None
        except UnexpectedToken as error:
            raise _unexpected_token(text, error) from None
        expression: Expression = tree
        return expression


def _unexpected_character(text: str, position: int) -> FilterError:
    character = text[position]
    if character in "'\"`":
        return FilterError(f"the quotation that opens here with {character} is not closed", position + 1)
    return FilterError(f"unexpected character {character!r}", position + 1)


def _unexpected_token(text: str, error: UnexpectedToken) -> FilterError:
    wanted = _wanted(error.accepts or error.expected)
    if error.token.type == "$END":
        return FilterError(f"the filter ends too early: {wanted} is missing", len(text) + 1)
    return FilterError(f"unexpected {str(error.token)!r} where {wanted} should stand", _at(error.token))


def _wanted(terminals: set[str]) -> str:
    """What may stand at the place of a syntax error, in words."""
    words = {
        "STRING": "a value",
        "COMPARATOR": "an operator (=, <, in, under, and, …)",
        "_COMMA": "a comma or a closing parenthesis",
        "_RPAR": "a closing parenthesis",
        "_LPAR": "a list in parentheses",
        "NULL": "null",
        "NAME": "a name",
    }
    return next((said for terminal, said in words.items() if terminal in terminals), "and, or, or the end")
