from __future__ import annotations

import numpy as np

from models.sections import Section, section

ONE, TWO = np.zeros(1), np.ones(1)


def test_a_section_is_what_stands_under_a_prefix() -> None:
    arrays = {"a/b": ONE, "a/c/d": TWO, "ab/c": ONE, "a": TWO}
    for known in (arrays, Section(arrays)):
        assert section(known, "a") == {"b": ONE, "c/d": TWO}
        assert section(section(known, "a"), "c") == {"d": TWO}


def test_what_is_asked_for_in_vain_is_noted_by_its_full_name() -> None:
    whole = Section({"a/b/c": ONE})
    part = section(section(whole, "a"), "b")
    assert part["c"] is ONE
    assert part.get("x") is None
    assert "y" not in part
    assert whole.missing == []
    assert len(part["d"]) == len(whole["e"]) == 1
    assert whole.missing == ["a/b/d", "e"]
