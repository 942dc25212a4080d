"""Likeness: what category and brand the items of a slate have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, CategoryColumn, TextColumn

Codes = NDArray[np.int32]
UNKNOWN = -1


class Likeness:
    """`levels` int32 (N, depth): the category node of each item at every level, top first, -1 below its own;

    `brand` int32 (N,), -1 unknown. Either is None where the catalogue has no such column.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        category: Any = catalogue.columns.get("category")
        brand: Any = catalogue.columns.get("brand")
        self.levels = _levels(category) if isinstance(category, CategoryColumn) else None
        self.brand: Codes | None = brand.codes if isinstance(brand, TextColumn) else None

    def categories(self, level: int | None) -> Codes:
        """The category of each item at a level, else the deepest it has; -1 unknown. (N,)"""
        levels = self.levels
        if levels is None:
            raise TypeError("asked of a catalogue without categories")
        depth = (levels >= 0).sum(axis=1)
        wanted = depth if level is None else np.minimum(depth, level)
        return np.where(depth > 0, levels[np.arange(len(levels)), np.maximum(wanted, 1) - 1], UNKNOWN)

    def among(self, rows: Codes) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
        """A function that compares all rows[b] with the one in column[b]: 0 .. 1, (B, W).

        It is the mean, over what the catalogue knows, of levels in common over those of the longer path, and of
        having one brand.
        """
        parts = []
        if self.levels is not None:
            parts.append(_categories_in_common(self.levels[rows]))
        if self.brand is not None:
            parts.append(_same_brand(self.brand[rows]))
        return lambda column: sum((part(column) for part in parts), np.zeros(rows.shape)) / len(parts)


def _categories_in_common(levels: Codes) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
    length = (levels >= 0).sum(axis=2)
    query = np.arange(len(levels))

    def compared(column: NDArray[np.intp]) -> NDArray[np.float64]:
        common = ((levels == levels[query, column][:, None]) & (levels >= 0)).sum(axis=2)
        longest: NDArray[np.int64] = np.maximum(length, length[query, column][:, None])
        alike: NDArray[np.float64] = common / np.maximum(longest, 1)
        return alike

    return compared


def _same_brand(brand: Codes) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
    query = np.arange(len(brand))
    return lambda column: ((brand == brand[query, column][:, None]) & (brand >= 0)).astype(np.float64)


def _levels(category: CategoryColumn) -> Codes:
    """(N, depth) from the parents of the tree's nodes; no row is visited by itself."""
    parent = np.append(category.parent, UNKNOWN)  # node -1 is its own parent
    upwards = [np.arange(len(category.parent), dtype=np.int32)]
    while (upwards[-1] >= 0).any():
        upwards.append(parent[upwards[-1]])
    paths = np.stack([*upwards[-2::-1]], axis=1) if len(upwards) > 1 else np.empty((0, 1), np.int32)
    # From the top: shorter paths begin with -1, which goes to their end.
    order = np.argsort(paths < 0, axis=1, kind="stable")
    nodes = np.append(np.take_along_axis(paths, order, axis=1), np.full((1, paths.shape[1]), UNKNOWN), axis=0)
    levels: Codes = nodes[category.codes].astype(np.int32)
    return levels
