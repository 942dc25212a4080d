"""Advice: values in a filter that no item has: no error, since assortments change, but probably a typing mistake."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from models.catalogue import CATEGORY_SEPARATOR, Catalogue, CategoryColumn
from models.closest import did_you_mean
from models.filters.expression import Attribute, Comparison, Constant, Expression, Membership, levels
from models.filters.parse import parse

# In a vocabulary above this size nothing is suggested: finding the nearest of it would take seconds.
MAX_SUGGESTED_FROM = 20_000


def unknown_values(text: str, catalogue: Catalogue) -> list[str]:
    """One sentence per quoted value that matches nothing. Raises FilterError where `text` does not parse."""
    parts = chain.from_iterable(levels(parse(text)))
    equated = [pair for part in parts for pair in _equated(part)]
    return [
        _sentence(column, attribute.name, constant)
        for attribute, constant in sorted(equated, key=lambda pair: pair[1].at)
        if (column := catalogue.columns.get(attribute.name)) is not None
        and column.kind in ("text", "category")
        and not _knows(column, str(constant.value))
    ]


def _equated(part: Expression) -> Iterator[tuple[Attribute, Constant]]:
    """The catalogue columns and texts that are asked to be equal, or under one another."""
    if isinstance(part, Comparison) and part.operator in ("=", "under"):
        pairs = [(part.left, part.right), (part.right, part.left)]
    elif isinstance(part, Membership):
        pairs = [(part.operand, choice) for choice in part.choices]
    else:
        return
    for left, right in pairs:
        if isinstance(left, Attribute) and left.scope != "customer" and isinstance(right, Constant):
            yield left, right


def _knows(column: Any, value: str) -> bool:
    return bool(column.nodes(value)) if isinstance(column, CategoryColumn) else column.strings.find(value) >= 0


def _sentence(column: Any, name: str, constant: Constant) -> str:
    hint = did_you_mean(str(constant.value), _names(column)) if len(column.strings) <= MAX_SUGGESTED_FROM else ""
    return f"no item has {name} {constant.value!r}{hint} (column {constant.at})"


def _names(column: Any) -> list[str]:
    """What a filter may call the values: texts; of categories the paths and their last parts."""
    texts = [column.strings[index] for index in range(len(column.strings))]
    if not isinstance(column, CategoryColumn):
        return texts
    return texts + [path.rsplit(CATEGORY_SEPARATOR, 1)[-1] for path in texts]
