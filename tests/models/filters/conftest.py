"""A catalogue made of plain dicts, the slow and obvious way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.catalogue import Catalogue, Kind

Items = Sequence[Mapping[str, Any]]
KINDS: dict[str, Kind] = {
    "price": "number",
    "sale_price": "number",
    "brand": "text",
    "supplier": "text",
    "title": "text",
    "odd `name": "text",
    "organic": "boolean",
    "frozen": "boolean",
    "added_at": "time",
    "category": "category",
    "aisle": "category",
}


def blob_of(texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    encoded = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return {"blob": np.frombuffer(b"".join(encoded), np.uint8), "offsets": offsets}


def text_arrays(values: Sequence[str | None]) -> dict[str, NDArray[Any]]:
    texts = sorted({value for value in values if value is not None})
    codes = [-1 if value is None else texts.index(value) for value in values]
    return {"codes": np.array(codes, np.int32), **blob_of(texts)}


def category_arrays(values: Sequence[str | None]) -> dict[str, NDArray[Any]]:
    leaves = [tuple(value.split(" > ")) for value in values if value is not None]
    nodes = sorted({leaf[:depth] for leaf in leaves for depth in range(1, len(leaf) + 1)})
    paths = [" > ".join(node) for node in nodes]
    texts = sorted(paths)
    end = [max(n for n, other in enumerate(nodes) if other[: len(node)] == node) + 1 for node in nodes]
    return {
        "codes": np.array([-1 if value is None else paths.index(value) for value in values], np.int32),
        "end": np.array(end, np.int32),
        "parent": np.array([nodes.index(node[:-1]) if len(node) > 1 else -1 for node in nodes], np.int32),
        "path": np.array([texts.index(path) for path in paths], np.int32),
        **blob_of(texts),
    }


def number_arrays(values: Sequence[float | None]) -> dict[str, NDArray[Any]]:
    return {"values": np.array([np.nan if value is None else value for value in values], np.float64)}


def boolean_arrays(values: Sequence[bool | None]) -> dict[str, NDArray[Any]]:
    return {"values": np.array([-1 if value is None else value for value in values], np.int8)}


ARRAYS: dict[Kind, Callable[[Sequence[Any]], dict[str, NDArray[Any]]]] = {
    "text": text_arrays,
    "category": category_arrays,
    "number": number_arrays,
    "time": number_arrays,
    "boolean": boolean_arrays,
}


def build(items: Items, kinds: Mapping[str, Kind] = KINDS) -> Catalogue:
    """Items as dicts of `kinds`; what one lacks is unknown; times in seconds since 1970."""
    arrays = {
        f"{name}/{part}": array
        for name, kind in kinds.items()
        for part, array in ARRAYS[kind]([item.get(name) for item in items]).items()
    }
    return Catalogue(len(items), kinds, arrays)


@pytest.fixture(scope="session")
def catalogue_of() -> Callable[..., Catalogue]:
    return build


@pytest.fixture(scope="session")
def customer_kinds() -> dict[str, Kind]:
    return {"tier": "text", "points": "number", "since": "time", "vip": "boolean"}


@pytest.fixture(scope="session")
def drinks() -> Catalogue:
    """Rows: 0 cola, 1 beer, 2 stout, 3 bread, 4 an item about which nothing is known."""
    day = 86_400.0
    return build(
        [
            {"title": "Cola 1l", "brand": "Fizz", "supplier": "Fizz", "price": 2.0, "sale_price": 1.0, "organic": False,
             "category": "Drinks > Soft", "aisle": "Soft", "added_at": 100 * day},
            {"title": "Pale beer", "brand": "Brew", "supplier": "Hop's", "price": 4.0, "organic": True,
             "category": "Drinks > Beer", "aisle": "Cellar", "added_at": 110 * day},
            {"title": "Stout 100%", "brand": "Brew", "supplier": "Brew", "price": 6.0, "sale_price": 6.0,
             "organic": False, "category": "Drinks > Beer > Stout", "aisle": "Cellar", "added_at": 120 * day},
            {"title": 'Bread "Beer crust"', "brand": "Hop's", "price": 3.0, "organic": True, "category": "Bakery",
             "frozen": True, "added_at": 130 * day},
            {},
        ]
    )  # fmt: skip
