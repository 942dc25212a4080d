from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.ragged import Ragged

lists = st.lists(st.lists(st.integers(0, 20), max_size=6, unique=True).map(sorted), min_size=1, max_size=6)


@given(lists, st.data())
def test_taking_rows_gives_their_lists_and_nothing_for_unknown_rows(
    values: list[list[int]], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.integers(-1, len(values) - 1), min_size=1, max_size=8))
    taken = Ragged.from_lists(values).take(np.array(rows))
    expected = [values[row] if row >= 0 else [] for row in rows]
    assert [taken.values[a:b].tolist() for a, b in zip(taken.indptr, taken.indptr[1:], strict=False)] == expected
    assert taken.lengths.tolist() == [len(value) for value in expected]
    assert taken.queries().tolist() == [query for query, value in enumerate(expected) for _ in value]


@given(lists, st.data())
def test_find_gives_the_place_of_every_value_that_is_there(values: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(-1, len(values) - 1), min_size=1, max_size=5))
    wanted = np.array(
        data.draw(
            st.lists(st.lists(st.integers(-1, 22), min_size=3, max_size=3), min_size=len(rows), max_size=len(rows))
        ),
        np.int32,
    )
    ragged = Ragged.from_lists(values)
    found = ragged.find(np.array(rows), wanted)
    for query, row in enumerate(rows):
        for column, value in enumerate(wanted[query]):
            place = found[query, column]
            if row >= 0 and value in values[row]:
                assert ragged.indptr[row] <= place < ragged.indptr[row + 1]
                assert ragged.values[place] == value
            else:
                assert place == -1


@given(lists)
def test_contains_says_what_python_says(values: list[list[int]]) -> None:
    items = np.tile(np.arange(-1, 22, dtype=np.int32), (len(values), 1))
    expected = [[item in value for item in row] for row, value in zip(items.tolist(), values, strict=True)]
    assert Ragged.from_lists(values).contains(items).tolist() == expected


def test_a_column_is_one_value_a_query() -> None:
    column = Ragged.column(np.array([5, 3]))
    assert column.lengths.tolist() == [1, 1]
    assert len(Ragged.empty(3)) == 3
    assert Ragged.empty(3).queries().tolist() == []
