"""unknown_values(): what a filter asks for although no item has it."""

from __future__ import annotations

import pytest

from models.catalogue import Catalogue
from models.errors import FilterError
from models.filters import advice, unknown_values


def test_nothing_is_said_about_values_that_items_have(drinks: Catalogue) -> None:
    assert unknown_values("brand = 'Brew' and category under 'Beer' or category in ('Drinks > Soft')", drinks) == []


def test_nothing_is_said_about_other_kinds_and_comparisons(drinks: Catalogue) -> None:
    text = "price = 7 and brand < 'x' and title contains 'y' and customer.tier = 'z' and added_at = '2026-01-31'"
    assert unknown_values(text, drinks) == []
    assert unknown_values("colour = 'a column that is not there'", drinks) == []


def test_each_unknown_value_is_named_in_order_with_the_nearest(drinks: Catalogue) -> None:
    assert unknown_values(
        "'brew' = brand and category not under 'Drnks' and item.brand not in ('Fizz', 'qq')", drinks
    ) == [
        "no item has brand 'brew'; did you mean 'Brew'? (column 1)",
        "no item has category 'Drnks'; did you mean 'Drinks'? (column 39)",
        "no item has brand 'qq' (column 78)",
    ]


def test_a_large_vocabulary_gives_no_suggestion(drinks: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "MAX_SUGGESTED_FROM", 2)
    assert unknown_values("brand = 'brew'", drinks) == ["no item has brand 'brew' (column 9)"]


def test_a_text_that_does_not_parse_is_refused(drinks: Catalogue) -> None:
    with pytest.raises(FilterError):
        unknown_values("brand =", drinks)
