from __future__ import annotations

import numpy as np
import pytest

from models.slots import EMPTY, SLOT, Slots, beside, copied, empty_slots, only, picked, put, reordered


@pytest.fixture
def slots() -> Slots:
    """(2, 3) with no two fields alike."""
    slots = np.zeros((2, 3), SLOT)
    for number, name in enumerate(SLOT.names or ()):
        slots[name] = np.arange(6).reshape(2, 3) + 10 * number
    return slots


def test_empty_slots_hold_nothing() -> None:
    assert empty_slots(2, 3).tolist() == [[EMPTY.item()] * 3] * 2
    assert empty_slots(0, 3).shape == (0, 3)


def test_slots_are_copied_with_every_field_as_records_of_numpy_are(slots: Slots) -> None:
    rows, columns = np.array([1, 0, 1]), np.array([2, 2, 0])
    assert picked(slots, rows, columns).tolist() == slots[rows, columns].tolist()
    assert picked(slots[:, 1:], np.array([True, False])).tolist() == slots[[0], 1:].tolist()
    assert beside(slots, slots[:, :1]).tolist() == np.concatenate([slots, slots[:, :1]], axis=1).tolist()
    swapped = reordered(slots, np.array([[2, 0], [1, 1]])).tolist()
    assert swapped == [slots[0, [2, 0]].tolist(), slots[1, [1, 1]].tolist()]


def test_a_copy_leaves_what_it_is_of_as_it_was(slots: Slots) -> None:
    copy = copied(slots[:, ::2])
    assert copy.tolist() == slots[:, ::2].tolist()
    copy["item"] = 99
    assert 99 not in slots["item"]


def test_slots_are_put_in_place(slots: Slots) -> None:
    into = empty_slots(2, 3)
    put(into, (np.array([0, 1]), np.array([2, 0])), slots[0, :2])
    assert [into[0, 2].item(), into[1, 0].item()] == slots[0, :2].tolist()
    assert (into["item"] >= 0).sum() == 2


def test_only_valid_slots_are_left(slots: Slots) -> None:
    left = only(slots, np.array([[True, False, False], [False, False, True]]))
    assert [left[0, 0].item(), left[1, 2].item()] == [slots[0, 0].item(), slots[1, 2].item()]
    assert left[0, 1:].tolist() == [EMPTY.item()] * 2
