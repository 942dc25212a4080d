"""Damage: what libraries raise at a file that they cannot read, in one line."""

from __future__ import annotations

import polars as pl

# Some damage makes polars panic, which is no Exception.
UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


def first_line(error: BaseException) -> str:
    """The first line of what a library says, without its advice; of a panic, only that it was one."""
    if isinstance(error, pl.exceptions.PanicException):
        return "its pages are damaged"
    return (str(error).strip() or type(error).__name__).splitlines()[0]
