from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.ids import MAX_ID_BYTES, IdMap, encode

identifiers = st.text(min_size=1, max_size=30).filter(lambda text: _storable(text))


def _storable(text: str) -> bool:
    try:
        encode(text)
    except (ValueError, UnicodeEncodeError):
        return False
    return True


@given(st.sets(identifiers, max_size=40), identifiers)
def test_every_id_finds_its_own_row_and_no_other_does(known: set[str], stranger: str) -> None:
    ids = IdMap.build(known)
    assert [ids.id(row) for row in range(len(ids))] == sorted(known)
    for row, identifier in enumerate(sorted(known)):
        assert ids.row(identifier, missing=-1) == row
    assert (ids.row(stranger, missing=-7) == -7) == (stranger not in known)


@pytest.mark.parametrize("strange", ["", "\0", "a\0", "x" * 1000, "\ud800"])
def test_what_cannot_be_an_id_is_only_unknown_when_looked_up(strange: str) -> None:
    assert IdMap.build(["a", "x" * 200]).row(strange, missing=-1) == -1


@pytest.mark.parametrize("strange", ["", "a\0b", "x" * (MAX_ID_BYTES + 1), "é" * (MAX_ID_BYTES // 2 + 1)])
def test_what_cannot_be_an_id_is_refused_when_stored(strange: str) -> None:
    with pytest.raises(ValueError, match="an id has 1 to 256 bytes"):
        IdMap.build([strange])


def test_many_ids_translate_at_once() -> None:
    ids = IdMap.build(["b", "a/ 😀", "ź"])
    assert ids.rows(["ź", "?", "a/ 😀"], missing=-1).tolist() == [2, -1, 0]
    assert ids.ids(np.array([1, 0])) == ["b", "a/ 😀"]


def test_no_ids_at_all_is_an_empty_map() -> None:
    assert len(IdMap.build([])) == 0
    assert IdMap.build([]).row("a", missing=-1) == -1


@given(st.sets(identifiers, max_size=40), st.text(max_size=3))
@example({"a", "aé", "aéb"}, "aéb")
@example({"a", "ab"}, "a\0")
def test_ids_that_begin_so_are_found_in_order(known: set[str], prefix: str) -> None:
    ids = IdMap.build(known)
    found = [ids.id(row) for row in ids.starting_with(prefix)]
    assert found == [one for one in sorted(known) if one.startswith(prefix)]
