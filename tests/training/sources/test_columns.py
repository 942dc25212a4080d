"""Which columns are found, and what is said when they are not."""

from __future__ import annotations

import pytest

from training.errors import Faults
from training.sources.columns import LAYOUTS, match, tidy

LINES = LAYOUTS["order_lines"]
ITEMS = LAYOUTS["items"]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("image link", "image_link"),
        ("Image-Link", "image_link"),
        ("imageLink", "image_link"),
        ("g:image_link", "image_link"),
        (" Order ID ", "order_id"),
        ("itemID", "item_id"),
        ("Größe (cm)", "größe_cm"),
        ("%", ""),
    ],
)
def test_names_are_tidied(name: str, ours: str) -> None:
    assert tidy(name) == ours


def test_columns_are_found_by_mapping_then_name_then_spelling() -> None:
    faults = Faults()
    found = match(["Kunde", "Item ID", "ordered_at", "Ordered At", "x"], LINES, {"customer_id": "Kunde"}, "f", faults)
    assert found == {"Kunde": "customer_id", "Item ID": "item_id", "ordered_at": "ordered_at"}
    assert not faults


def test_a_mapping_may_name_a_column_in_another_spelling() -> None:
    faults = Faults()
    found = match(["kunden nr", "item_id"], LINES, {"customer_id": "Kunden-Nr"}, "f", faults)
    assert found == {"kunden nr": "customer_id", "item_id": "item_id"}
    assert not faults


def test_items_keep_every_further_column_under_its_tidy_name() -> None:
    faults = Faults()
    found = match(["id", "product_type", "Gluten Free", "", "%"], ITEMS, {}, "f", faults)
    assert found == {"id": "item_id", "product_type": "category", "Gluten Free": "gluten_free"}
    assert not faults


def test_a_column_of_our_name_wins_over_an_alias() -> None:
    found = match(["item_id", "id"], ITEMS, {}, "f", Faults())
    assert found == {"item_id": "item_id", "id": "id"}


def test_missing_required_columns_are_named_with_those_found() -> None:
    faults = Faults()
    match(["kunde", "artikel"], LINES, {}, "lines.csv", faults)
    assert faults.error().faults == [
        f"lines.csv: no column {name}; found: kunde, artikel. Name it in `columns` if it is called otherwise"
        for name in ("customer_id", "item_id")
    ]


def test_a_mapping_of_an_absent_column_is_a_usage_error_that_lists_the_columns_found() -> None:
    faults = Faults()
    match(["customer_id", "item_id"], LINES, {"quantity": "Menge"}, "lines.csv", faults)
    error = faults.error()
    assert error.exit_code == 2
    assert error.faults == [
        "lines.csv: no column 'Menge', which `columns` names as quantity; found: customer_id, item_id"
    ]


def test_a_mapping_of_an_optional_column_may_be_absent_from_one_part_of_several() -> None:
    faults = Faults()
    found = match(["customer_id", "item_id"], LINES, {"quantity": "Menge"}, "f", faults, elsewhere={"Menge"})
    assert found == {"customer_id": "customer_id", "item_id": "item_id"}
    assert not faults


def test_a_mapping_to_an_unknown_name_is_refused_for_order_lines_but_makes_an_attribute_of_items() -> None:
    faults = Faults()
    match(["customer_id", "item_id", "a"], LINES, {"colour": "a"}, "f", faults)
    assert "`columns` maps colour, which is none of: customer_id" in faults.error().faults[0]
    assert match(["item_id", "a"], ITEMS, {"colour": "a"}, "f", Faults()) == {"a": "colour", "item_id": "item_id"}


def test_one_column_cannot_be_two() -> None:
    faults = Faults()
    match(["a", "item_id"], ITEMS, {"title": "a", "brand": "a"}, "f", faults)
    assert faults.error().faults == ["f: `columns` names 'a' twice, as title and as brand"]


@pytest.mark.parametrize("names", [["item_id", "Price", "PRICE"], ["item_id", "price", "price"]])
def test_two_columns_of_one_meaning_are_refused(names: list[str]) -> None:
    faults = Faults()
    match(names, ITEMS, {}, "f", faults)
    assert faults.error().faults == [
        f"f: {names[1]!r} and {names[2]!r} are all price; keep one, or name it in `columns`"
    ]


def test_twins_that_are_of_no_interest_are_no_fault() -> None:
    faults = Faults()
    match(["customer_id", "item_id", "note", "Note"], LINES, {}, "f", faults)
    assert not faults


def test_many_columns_are_listed_shortly() -> None:
    faults = Faults()
    match([f"column{number}" for number in range(40)], LINES, {}, "f", faults)
    assert "column29, …. Name" in faults.error().faults[0]
