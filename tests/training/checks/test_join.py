"""Whether order lines and catalogue speak of the same items."""

from __future__ import annotations

import polars as pl
import pytest

from models.catalogue import Kind
from training.checks.ids import Ids
from training.checks.items import Items
from training.checks.join import joined_share, refusal


def lines(*items: str) -> Ids:
    return Ids.of(pl.Series(items), ())


def catalogue(*items: str, **columns: list[object]) -> Items:
    frame = pl.DataFrame({"item_id": items} | columns)
    kinds: dict[pl.DataType, Kind] = {pl.Float64(): "number", pl.Boolean(): "boolean", pl.String(): "text"}
    return Items(frame, {name: kinds[frame[name].dtype] for name in columns}, None)


def test_the_share_is_of_lines_not_of_items() -> None:
    assert joined_share(lines("a", "a", "a", "b"), catalogue("a", "c")) == 0.75
    assert joined_share(Ids.of(pl.Series([], dtype=pl.String), ()), catalogue("a")) == 1.0


def test_examples_of_both_sides_are_shown() -> None:
    message = refusal(lines("x1", "x2", "x3", "x4"), catalogue("y1", "y2"), 0.0, 0.5)
    assert message == (
        "only 0.0% of the order lines join items, where data.min_joined_share asks for 50.0%; "
        "order_lines has item ids like 'x1', 'x2', 'x3', items like 'y1', 'y2'"
    )


@pytest.mark.parametrize(
    ("own", "theirs", "hint"),
    [
        ("7", "0007", "Compared without leading zeros, 100.0% would join"),
        ("ab", "AB", "Compared without regard to case"),
        ("7", "7.0", "Compared without `.0` at the end"),
        ("12", "gid://shopify/Product/12", "Compared by the digits at the end"),
        ("A-1 2", "a.12", ""),
        ("A-1 2", "A.12", "Compared without spaces, dashes and dots"),
    ],
)
def test_a_spelling_that_would_join_is_named(own: str, theirs: str, hint: str) -> None:
    assert hint in refusal(lines(own), catalogue(theirs), 0.0, 0.5)


def test_a_column_that_would_join_is_named() -> None:
    items = catalogue("y1", "y2", sku=["a", "b"], ean=[1.0, 2.0], vegan=[True, False])
    assert "With column sku of items as item_id, 100.0% would join: set inputs.items.columns.item_id" in refusal(
        lines("a", "b"), items, 0.0, 0.5
    )
    assert "With column ean of items" in refusal(lines("1", "2"), items, 0.0, 0.5)


def test_an_empty_catalogue_has_no_examples() -> None:
    nothing = Items(pl.DataFrame(schema={"item_id": pl.String}), {}, None)
    assert "items like none" in refusal(lines("a"), nothing, 0.0, 0.5)
