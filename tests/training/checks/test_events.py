"""Events and their names."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.training.feeds import NOW, rejected, sheet
from training.checks.events import check_events, event_names
from training.config import Data


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Product Viewed", "product_viewed"),
        ("product_viewed", "product_viewed"),
        ("productViewed", "product_viewed"),
        ("Viewed Product", "product_viewed"),
        ("Product Added to Wishlist", "product_added_to_wishlist"),
        ("?", None),
        (None, None),
    ],
)
def test_names_are_segments_in_snake_case(written: str | None, name: str | None) -> None:
    assert event_names(pl.Series([written], dtype=pl.String)).to_list() == [name]


def test_an_event_needs_an_item_a_name_a_time_and_somebody() -> None:
    columns: dict[str, list[Any]] = {
        "item_id": ["a", None, "a", "a", "a", "a"],
        "event": ["Product Viewed", "x", "", "x", "x", "product_added"],
        "customer_id": ["c", "c", "c", None, "c", None],
        "anonymous_id": [None, None, None, None, None, "z"],
        "occurred_at": ["2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01", "never", "2024-01-01"],
    }
    found = sheet("events", columns)
    events = check_events(found, Data(), NOW)
    assert events.name.to_list() == ["product_viewed", "product_added"]
    assert events.item.codes.tolist() == [0, 0]
    assert [(row, reason) for row, _, _, reason in rejected(found)] == [
        (2, "item_id is missing"),
        (3, "event is missing"),
        (4, "customer_id is missing, and anonymous_id too"),
        (5, "occurred_at is no time"),
    ]


def test_a_repeated_event_counts_once_and_is_no_fault() -> None:
    columns: dict[str, list[Any]] = {
        "item_id": ["a"] * 4,
        "event": ["x"] * 4,
        "customer_id": ["c"] * 4,
        "event_id": ["1", "1", None, None],
    }
    found = sheet("events", columns)
    assert len(check_events(found, Data(), NOW).name) == 3
    assert [row for row, *_ in rejected(found)] == [2]
    assert found.findings().rows_faulty == 0
