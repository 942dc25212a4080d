"""Columns as the arrays of models.catalogue, read by it again."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import COLUMN_TYPES, CategoryColumn, Kind, Strings
from training.catalogue import category_path, column_arrays

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
LEVEL = st.text(st.sampled_from("aAé !(&"), max_size=3)


def column(values: list[str | None]) -> CategoryColumn:
    return CategoryColumn(column_arrays("category", pl.Series(values, dtype=pl.String)))


@given(st.lists(TEXT | st.none(), max_size=12))
def test_texts_are_what_they_were_and_their_vocabulary_can_be_searched(values: list[str | None]) -> None:
    arrays = column_arrays("text", pl.Series(values, dtype=pl.String))
    read = COLUMN_TYPES["text"](arrays)
    assert [read.value(row) for row in range(len(values))] == values
    strings = Strings(arrays["blob"], arrays["offsets"])
    assert all(strings[strings.find(value)] == value for value in values if value is not None)


@pytest.mark.parametrize(
    ("kind", "values", "shown"),
    [
        ("number", [1.5, None], [1.5, None]),
        ("boolean", [True, False, None], [True, False, None]),
        ("time", [0.0, None], ["1970-01-01T00:00:00+00:00", None]),
        ("category", [None, None], [None, None]),
        ("text", [None], [None]),
    ],
)
def test_values_are_what_they_were(kind: Kind, values: list[object], shown: list[object]) -> None:
    types = {"boolean": pl.Boolean, "number": pl.Float64, "time": pl.Float64}
    series = pl.Series(values, dtype=types.get(kind, pl.String))
    read = COLUMN_TYPES[kind](column_arrays(kind, series))
    assert [read.value(row) for row in range(len(values))] == shown


def test_paths_are_written_in_several_ways() -> None:
    assert category_path("Food > Dairy>Milk &gt; Goat >") == ("Food", "Dairy", "Milk", "Goat")
    assert category_path(" > ") == ()


def test_a_tree_holds_every_level_and_each_node_its_subtree() -> None:
    tree = column(["B", "A > C > D", None, "A > C"])
    assert [tree.path(node) for node in range(4)] == ["A", "A > C", "A > C > D", "B"]
    assert tree.codes.tolist() == [3, 2, -1, 1]
    assert tree.end.tolist() == [3, 3, 3, 4]
    assert tree.parent.tolist() == [-1, 0, 1, -1]
    assert tree.nodes("C") == [1]


@given(st.lists(st.lists(LEVEL, max_size=3), max_size=12))
def test_a_node_stands_before_its_subtree_and_holds_nothing_else(paths: list[list[str]]) -> None:
    texts = [" > ".join(path) for path in paths]
    tree = column(list(texts))
    for text, code in zip(texts, tree.codes.tolist(), strict=True):
        path = category_path(text)
        assert (code >= 0) == bool(path)
        for node in range(len(tree.end)):
            above = category_path(tree.path(node))
            assert (node <= code < tree.end[node]) == (bool(path) and path[: len(above)] == above)
