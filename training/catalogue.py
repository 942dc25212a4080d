"""Catalogue arrays: typed columns as the arrays that models.catalogue reads."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.catalogue import CATEGORY_SEPARATOR, Kind
from training.checks.distinct import Distinct, positions

Arrays = dict[str, NDArray[Any]]
Path = tuple[str, ...]


def table_arrays(frame: pl.DataFrame, kinds: dict[str, Kind]) -> Arrays:
    """`<column>/<part>` for every column of `kinds`."""
    return {
        f"{name}/{part}": array
        for name, kind in kinds.items()
        for part, array in column_arrays(kind, frame[name]).items()
    }


def column_arrays(kind: Kind, values: pl.Series) -> Arrays:
    """The parts of one column; null is unknown."""
    match kind:
        case "text":
            return _text(values)
        case "category":
            return _category(values)
        case "boolean":
            return {"values": values.cast(pl.Int8).fill_null(-1).to_numpy()}
        case "number" | "time":
            return {"values": values.cast(pl.Float64).fill_null(float("nan")).to_numpy()}


def _text(values: pl.Series) -> Arrays:
    strings = values.drop_nulls().unique().sort()
    return {"codes": positions(values, strings)} | _strings(strings.to_list())


def _strings(strings: list[str]) -> Arrays:
    """`strings` sorted by their UTF-8 bytes, end to end."""
    encoded = [string.encode() for string in strings]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(string) for string in encoded], out=offsets[1:])
    return {"blob": np.frombuffer(b"".join(encoded), np.uint8), "offsets": offsets}


def _category(values: pl.Series) -> Arrays:
    """The tree of all paths and their beginnings. Sorting paths level by level numbers it depth first."""
    raw = Distinct.of(values)
    paths = [category_path(text) for text in raw.values]
    nodes = sorted({path[:depth] for path in paths for depth in range(1, len(path) + 1)})
    number = {node: index for index, node in enumerate(nodes)}
    parent = np.array([number.get(node[:-1], -1) for node in nodes], np.int32)
    full = [CATEGORY_SEPARATOR.join(node) for node in nodes]
    strings = sorted(full)
    place = {string: index for index, string in enumerate(strings)}
    codes = np.array([*(number.get(path, -1) for path in paths), -1], np.int32)
    return {
        "codes": codes[raw.codes],
        "end": _ends(parent),
        "parent": parent,
        "path": np.array([place[string] for string in full], np.int32),
    } | _strings(strings)


def category_path(text: str) -> Path:
    """The levels of `Food > Dairy>Milk`, with or without spaces and with HTML's `&gt;`."""
    return tuple(level for part in html.unescape(text).split(">") if (level := part.strip()))


def _ends(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each node the first number after its subtree."""
    end = np.arange(1, len(parent) + 1, dtype=np.int32)
    for node in range(len(parent) - 1, -1, -1):
        if parent[node] >= 0:
            end[parent[node]] = max(end[parent[node]], end[node])
    return end
