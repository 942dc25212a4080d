from __future__ import annotations

import datetime as dt
from bisect import bisect_left

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import COLUMN_TYPES, Catalogue, Strings
from training.catalogue import column_arrays, table_arrays

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), unique=True, max_size=12)


def strings_of(texts: list[str]) -> tuple[Strings, list[str]]:
    ordered = sorted(texts, key=str.encode)
    encoded = [text.encode() for text in ordered]
    offsets = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    return Strings(np.frombuffer(b"".join(encoded), np.uint8), offsets), ordered


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=4))
def test_strings_are_found_where_they_stand(texts: list[str], other: str) -> None:
    strings, ordered = strings_of(texts)
    assert [strings[index] for index in range(len(strings))] == ordered
    assert [strings.find(text) for text in ordered] == list(range(len(ordered)))
    assert strings.find(other) == (ordered.index(other) if other in ordered else -1)
    keys = [text.encode() for text in ordered]
    assert strings.lower_bound(other.encode()) == bisect_left(keys, other.encode())


@given(TEXTS, st.text("ab", min_size=1, max_size=3))
def test_containing_finds_every_string_with_the_part(texts: list[str], part: str) -> None:
    strings, ordered = strings_of([*dict.fromkeys([*texts, part + "x", "y" + part])])
    found = strings.containing(part.encode()).tolist()
    assert found == [index for index, text in enumerate(ordered) if part in text]


def test_a_lone_surrogate_is_no_string() -> None:
    assert strings_of(["a"])[0].find("\ud800") == -1


VALUES = {
    "text": (pl.Series(["b", None, "a", "b"]), ["b", None, "a", "b"]),
    "number": (pl.Series([1.5, None, 0.0]), [1.5, None, 0.0]),
    "boolean": (pl.Series([True, None, False]), [True, None, False]),
    "time": (pl.Series([86_400.0, None]), [dt.datetime(1970, 1, 2, tzinfo=dt.UTC).isoformat(), None]),
    "category": (pl.Series(["A > B", None, "A", "A>C"]), ["A > B", None, "A", "A > C"]),
}


def test_every_kind_of_column_is_tried() -> None:
    assert set(VALUES) == set(COLUMN_TYPES)


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_a_column_gives_back_what_the_trainer_put_in(kind: str) -> None:
    values, expected = VALUES[kind]
    column = COLUMN_TYPES[kind](column_arrays(kind, values))  # type: ignore[index, arg-type]
    found = [column.value(row) for row in range(len(expected))]
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_category_names_are_full_paths_else_last_segments() -> None:
    paths = ["Food", "Food > Tea", "Home", "Home > Tea", "Home > Tea > Pots"]
    column = COLUMN_TYPES["category"](column_arrays("category", pl.Series(paths)))
    assert [column.path(node) for node in range(len(column.end))] == paths
    assert [[paths[node] for node in column.nodes(name)] for name in ("Food > Tea", "Tea", "Pots", "Nothing")] == [
        ["Food > Tea"],
        ["Food > Tea", "Home > Tea"],
        ["Home > Tea > Pots"],
        [],
    ]
    for node, path in enumerate(paths):
        below = [other for other, name in enumerate(paths) if f"{name} > ".startswith(f"{path} > ")]
        assert list(range(node, column.end[node])) == below


def test_a_catalogue_answers_fields_and_leads() -> None:
    frame = pl.DataFrame({"title": ["Tea", "Coffee", None], "price": [1.0, None, 3.0]})
    arrays = table_arrays(frame, {"title": "text", "price": "number"}) | {
        "group": np.array([0, 0, 2], np.int32),
        "variants_indptr": np.array([0, 2, 2, 3]),
        "variants_values": np.array([0, 1, 2], np.int32),
    }
    catalogue = Catalogue(3, {"title": "text", "price": "number"}, arrays)
    assert len(catalogue) == 3
    assert catalogue.fields(1, ("title", "price", "link")) == {"title": "Coffee", "price": None, "link": None}
    assert catalogue.leads(np.array([1, 2, -1], np.int32)).tolist() == [0, 2, -1]
    assert catalogue.sellable.all()


def test_without_groups_every_item_leads_itself() -> None:
    catalogue = Catalogue(2, {}, {"sellable": np.array([True, False])})
    assert catalogue.leads(np.array([1, -1], np.int32)).tolist() == [1, -1]
    assert catalogue.sellable.tolist() == [True, False]
