"""Filter: a compiled expression that says which items of a catalogue qualify."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, Kind
from models.filters.comparisons import Condition
from models.filters.compiler import Compiler
from models.filters.expression import Age, Attribute, Expression, levels
from models.filters.parse import parse
from models.filters.values import Frame


class Filter:
    """Immutable and shared by all threads; the flags tell what of a query its answer depends on."""

    def __init__(self, text: str, expression: Expression, condition: Condition, size: int) -> None:
        parts = list(chain.from_iterable(levels(expression)))
        scopes = {part.scope for part in parts if isinstance(part, Attribute)}
        self.text = text
        self.needs_item = "item" in scopes
        self.needs_customer = "customer" in scopes
        self.needs_time = any(isinstance(part, Age) for part in parts)
        self._condition = condition
        self._size = size

    @property
    def needs_query(self) -> bool:
        """False where one mask serves every query."""
        return self.needs_item or self.needs_customer or self.needs_time

    def mask(
        self,
        item_row: int | None = None,
        customer_values: Mapping[str, Any] | None = None,
        as_of: float | None = None,
    ) -> NDArray[np.bool_]:
        """Which items qualify, (N,); see `of` for the arguments."""
        return self._evaluate((self._size,), None, item_row, customer_values, as_of)

    def of(
        self,
        rows: NDArray[np.integer],
        item_row: int | None = None,
        customer_values: Mapping[str, Any] | None = None,
        as_of: float | None = None,
    ) -> NDArray[np.bool_]:
        """Which of the given items (rows >= 0) qualify, in the shape of `rows`.

        `item_row`: the anchor; `customer_values`: the customer's attributes as Column.value() gives them;
        `as_of`: seconds since 1970. What is None counts as unknown.
        """
        return self._evaluate(rows.shape, rows, item_row, customer_values, as_of)

    def _evaluate(
        self,
        shape: tuple[int, ...],
        rows: NDArray[np.integer] | None,
        item_row: int | None,
        customer_values: Mapping[str, Any] | None,
        as_of: float | None,
    ) -> NDArray[np.bool_]:
        frame = Frame(rows, item_row, customer_values or {}, float("nan") if as_of is None else as_of)
        with np.errstate(all="ignore"):  # overflow and division by zero are answers here, not accidents
            met = self._condition(frame)
        return met if isinstance(met, np.ndarray) and met.ndim else np.full(shape, met)


def compile_filter(text: str, catalogue: Catalogue, customer_kinds: Mapping[str, Kind]) -> Filter:
    """`customer_kinds`: the attributes that customers have. Raises FilterError with the position of the fault."""
    expression = parse(text)
    condition = Compiler(catalogue, customer_kinds).condition(expression)
    return Filter(text, expression, condition, len(catalogue))
