"""Sections: the arrays of a bundle by the first part of their names, noting what is asked for and not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Stands in for what is missing, so that whatever else is missing is found too.
_NOTHING = np.zeros(1, np.uint8)


class Section(dict[str, NDArray[Any]]):
    """`missing`: the full names of the arrays that were asked for in vain, of all sections of one bundle."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], name: str = "", missing: list[str] | None = None) -> None:
        super().__init__(arrays)
        self.missing: list[str] = [] if missing is None else missing
        self._name = name

    def __missing__(self, part: str) -> NDArray[Any]:
        self.missing.append(self._name + part)
        return _NOTHING

    def section(self, prefix: str) -> Section:
        return Section(_under(self, prefix), f"{self._name}{prefix}/", self.missing)


def section(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Mapping[str, NDArray[Any]]:
    """The arrays named `prefix/…`, with the prefix taken off."""
    return arrays.section(prefix) if isinstance(arrays, Section) else _under(arrays, prefix)


def _under(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    start = prefix + "/"
    return {name[len(start) :]: array for name, array in arrays.items() if name.startswith(start)}
