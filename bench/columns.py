"""The catalogue of a synthetic shop: titles, prices, links, brands and a tree of categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.draws import digits
from models.catalogue import Kind

Arrays = dict[str, NDArray[Any]]
Texts = NDArray[np.bytes_]

COLUMNS: dict[str, Kind] = {
    "title": "text",
    "price": "number",
    "currency": "text",
    "link": "text",
    "image_link": "text",
    "brand": "text",
    "category": "category",
}
QUALITIES = ("Organic", "Roasted", "Alpine", "Family-size", "Classic", "Lactose-free", "Smoked", "Crème")
THINGS = ("espresso beans", "oat flakes", "rye bread", "yoghurt", "apple juice", "dark chocolate", "olive oil", "soap")
BRANDS = 200
# Departments, aisles in each, shelves in each of those.
TREE = (12, 8, 8)
SELLABLE = 0.97


def catalogue(rng: np.random.Generator, item_ids: Texts) -> Arrays:
    """The arrays of every column, as models.catalogue.Catalogue reads them."""
    size = len(item_ids)
    columns = {
        "title": text_column(_titles(rng, item_ids)),
        "price": {"values": rng.lognormal(2, 0.8, size).round(2)},
        "currency": text_column(np.full(size, b"EUR")),
        "link": text_column(np.strings.add(b"/p/", item_ids)),
        "image_link": text_column(np.strings.add(np.strings.add(b"https://img.example/", item_ids), b".jpg")),
        "brand": text_column(np.strings.add(b"Brand ", digits(rng.integers(0, BRANDS, size), 3))),
        "category": category_column(rng, size),
    }
    arrays = {f"{name}/{part}": array for name, parts in columns.items() for part, array in parts.items()}
    return arrays | {"sellable": rng.random(size) < SELLABLE}


def text_column(values: Texts) -> Arrays:
    """`codes` into the sorted distinct texts, which are one `blob` cut at `offsets`."""
    texts, codes = np.unique(values, return_inverse=True)
    characters = texts.view(np.uint8)
    return {
        "codes": codes.astype(np.int32),
        "blob": characters[characters != 0],
        "offsets": np.append(0, np.cumsum(np.strings.str_len(texts))).astype(np.int64),
    }


def category_column(rng: np.random.Generator, size: int) -> Arrays:
    """A full tree numbered depth first, every item on one of its shelves."""
    names: list[str] = []
    parents: list[int] = []
    ends: list[int] = []

    def grow(path: str, parent: int, level: int) -> None:
        for number in range(TREE[level]):
            node = len(names)
            names.append(f"{path}{('Department', 'Aisle', 'Shelf')[level]} {number:02}")
            parents.append(parent)
            ends.append(node)
            if level + 1 < len(TREE):
                grow(f"{names[node]} > ", node, level + 1)
            ends[node] = len(names)

    grow("", -1, 0)
    shelves = np.flatnonzero(np.array(ends) - np.arange(len(ends)) == 1).astype(np.int32)
    paths = text_column(np.array(names, "S"))
    return {
        "codes": rng.choice(shelves, size),
        "end": np.array(ends, np.int32),
        "parent": np.array(parents, np.int32),
        "path": paths["codes"],
        "blob": paths["blob"],
        "offsets": paths["offsets"],
    }


def _titles(rng: np.random.Generator, item_ids: Texts) -> Texts:
    """As `Smoked olive oil, 000000417`."""
    quality = np.array([word.encode() for word in QUALITIES])[rng.integers(0, len(QUALITIES), len(item_ids))]
    thing = np.array([f" {word}, ".encode() for word in THINGS])[rng.integers(0, len(THINGS), len(item_ids))]
    numbers = item_ids.view("S1").reshape(len(item_ids), -1)[:, 1:]
    return np.strings.add(np.strings.add(quality, thing), np.ascontiguousarray(numbers).view("S9")[:, 0])
