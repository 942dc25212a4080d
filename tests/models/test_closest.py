"""did_you_mean(): the nearest name, or nothing."""

from __future__ import annotations

from models.closest import did_you_mean


def test_the_nearest_name_is_offered_whatever_its_case() -> None:
    assert did_you_mean("PRISE", ["brand", "Price", "title"]) == "; did you mean 'Price'?"


def test_nothing_is_offered_when_nothing_is_near() -> None:
    assert did_you_mean("colour", ["brand", "price"]) == ""
    assert did_you_mean("colour", []) == ""
