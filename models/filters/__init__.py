"""The filter language: `price < 20 and category under 'DRINKS'`; docs/filters.md explains it."""

from __future__ import annotations

from models.filters.advice import unknown_values
from models.filters.expression import Expression
from models.filters.filter import Filter, compile_filter
from models.filters.parse import parse

__all__ = ["Expression", "Filter", "compile_filter", "parse", "unknown_values"]
