"""The catalogue: one typed column per attribute, one row per item, read from memory-mapped arrays."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from models.ragged import Ragged
from models.sections import section

Arrays = Mapping[str, NDArray[Any]]
Kind = Literal["text", "number", "boolean", "category", "time"]
Rows = NDArray[np.integer]
CATEGORY_SEPARATOR = " > "


class Strings:
    """Distinct strings, sorted by their UTF-8 bytes, in one blob: `blob[offsets[i]:offsets[i + 1]]`."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self._blob = np.ascontiguousarray(blob).data
        self._offsets = offsets
        self._bounds = offsets.data  # one number at a time, a memoryview is faster than numpy

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> str:
        return str(self._blob[self._bounds[index] : self._bounds[index + 1]], "utf-8")

    @property
    def buffers(self) -> tuple[NDArray[np.int64], memoryview]:
        """The offsets and the blob, as Arrow keeps a column of large strings."""
        return self._offsets, self._blob

    def find(self, value: str) -> int:
        """The index of `value`, or -1."""
        key = value.encode("utf-8", "surrogatepass")
        position = self.lower_bound(key)
        return position if position < len(self) and self._bytes(position) == key else -1

    def lower_bound(self, key: bytes) -> int:
        """How many strings sort before `key`."""
        return bisect_left(range(len(self)), key, key=self._bytes)

    def containing(self, key: bytes) -> NDArray[np.int64]:
        """The indices of the strings that contain `key` (not empty), ascending."""
        blob = np.frombuffer(self._blob, np.uint8)
        starts = np.flatnonzero(blob[: max(len(blob) - len(key) + 1, 0)] == key[0])
        for shift, byte in enumerate(key[1:], start=1):
            starts = starts[blob[starts + shift] == byte]
        index = self._offsets.searchsorted(starts, side="right") - 1
        return np.unique(index[starts + len(key) <= self._offsets[index + 1]])

    def _bytes(self, index: int) -> bytes:
        return bytes(self._blob[self._bounds[index] : self._bounds[index + 1]])


class Column(Protocol):
    kind: ClassVar[Kind]

    def value(self, row: int) -> Any:
        """The JSON value of one item, None where unknown."""


class TextColumn:
    """`codes` int32 (N,), -1 unknown; `strings` the vocabulary."""

    kind: ClassVar[Kind] = "text"

    def __init__(self, arrays: Arrays) -> None:
        self.codes: NDArray[np.int32] = arrays["codes"]
        self.strings = Strings(arrays["blob"], arrays["offsets"])
        self._code_of = self.codes.data

    def value(self, row: int) -> str | None:
        code = self._code_of[row]
        return self.strings[code] if code >= 0 else None


class NumberColumn:
    """`values` float64 (N,), NaN unknown."""

    kind: ClassVar[Kind] = "number"

    def __init__(self, arrays: Arrays) -> None:
        self.values: NDArray[np.float64] = arrays["values"]

    def value(self, row: int) -> float | None:
        number = float(self.values[row])
        return number if number == number else None


class BooleanColumn:
    """`values` int8 (N,): 0, 1, or -1 unknown."""

    kind: ClassVar[Kind] = "boolean"

    def __init__(self, arrays: Arrays) -> None:
        self.values: NDArray[np.int8] = arrays["values"]

    def value(self, row: int) -> bool | None:
        flag = self.values[row]
        return bool(flag) if flag >= 0 else None


class TimeColumn:
    """`values` float64 (N,): seconds since 1970 in UTC, NaN unknown."""

    kind: ClassVar[Kind] = "time"

    def __init__(self, arrays: Arrays) -> None:
        self.values: NDArray[np.float64] = arrays["values"]

    def value(self, row: int) -> str | None:
        seconds = float(self.values[row])
        return None if seconds != seconds else dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


class CategoryColumn:
    """A tree of paths such as `Food > Dairy > Milk`, numbered depth first.

    `codes` int32 (N,): the deepest node of each item, -1 unknown; `strings`: the full path of each node;
    `end` int32 (nodes,): a node's subtree is `node <= code < end[node]`; `parent` int32 (nodes,), -1 at the top.
    """

    kind: ClassVar[Kind] = "category"

    def __init__(self, arrays: Arrays) -> None:
        self.codes: NDArray[np.int32] = arrays["codes"]
        self.end: NDArray[np.int32] = arrays["end"]
        self.parent: NDArray[np.int32] = arrays["parent"]
        self.strings = Strings(arrays["blob"], arrays["offsets"])
        self.path_of: NDArray[np.int32] = arrays["path"]  # node -> index of its path in `strings`

    def value(self, row: int) -> str | None:
        code = self.codes[row]
        return self.path(code) if code >= 0 else None

    def path(self, node: int) -> str:
        return self.strings[self.path_of[node]]

    def nodes(self, name: str) -> list[int]:
        """The nodes whose full path is `name`, else those whose last segment is; [] if none."""
        paths = [self.path(node) for node in range(len(self.end))]
        full = [node for node, path in enumerate(paths) if path == name]
        return full or [node for node, path in enumerate(paths) if path.rsplit(CATEGORY_SEPARATOR, 1)[-1] == name]


COLUMN_TYPES: dict[Kind, type[Any]] = {
    cls.kind: cls for cls in (TextColumn, NumberColumn, BooleanColumn, TimeColumn, CategoryColumn)
}


class Catalogue:
    """All items of a shop by row: attributes, variant groups, and which may be sold at all."""

    def __init__(self, size: int, columns: Mapping[str, Kind], arrays: Arrays) -> None:
        """`arrays` has `<column>/<part>`, and optionally `group`, `variants_indptr`, `variants_values`, `sellable`."""
        self._size = size
        self.kinds: dict[str, Kind] = dict(columns)
        self.columns: dict[str, Any] = {
            name: COLUMN_TYPES[kind](section(arrays, name)) for name, kind in columns.items()
        }
        self.sellable: NDArray[np.bool_] = arrays.get("sellable", np.ones(size, np.bool_))
        # `group[row]` is the row that stands for the item's variants in every method (its "lead").
        self.group: NDArray[np.int32] | None = arrays.get("group")
        # The variants of each lead, best-selling first.
        self.variants = Ragged(arrays["variants_indptr"], arrays["variants_values"]) if "group" in arrays else None

    def __len__(self) -> int:
        return self._size

    def leads(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """The rows that methods know the given rows by; -1 stays -1."""
        return rows if self.group is None else np.where(rows >= 0, self.group[rows], rows)

    def fields(self, row: int, names: tuple[str, ...]) -> dict[str, Any]:
        """The values of one item; a name the catalogue does not have gives None."""
        return {name: self.columns[name].value(row) if name in self.columns else None for name in names}
