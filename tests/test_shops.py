"""The synthetic shops are what they are said to be, or tests over them prove nothing."""

from __future__ import annotations

import polars as pl
import pytest

from tests.ledger import Ledger
from tests.shops import PRESETS, complement
from tests.shops import item_id as identifier
from tests.training.feeds import NOW, sheet
from training.checks.items import check_items
from training.checks.order_lines import check_order_lines
from training.config import Data


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_row_passes_the_checks(preset: str) -> None:
    shop = PRESETS[preset]()
    lines = sheet("order_lines", shop.order_lines.to_dict())
    check_order_lines(lines, Data(), NOW)
    assert lines.kept.all()
    if shop.items is not None:
        items = sheet("items", shop.items.to_dict())
        check_items(items, Data())
        assert items.kept.all()


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_preset_always_makes_the_same_shop(preset: str) -> None:
    assert PRESETS[preset]().order_lines.equals(PRESETS[preset]().order_lines)


def test_the_grocery_repeats_and_the_bookshop_does_not() -> None:
    assert max(len(times) for times in Ledger(PRESETS["grocery"]()).times.values()) > 5
    assert max(len(times) for times in Ledger(PRESETS["books"]()).times.values()) == 1


def test_the_tiny_shop_has_twenty_orders() -> None:
    assert PRESETS["tiny"]().order_lines["order_id"].n_unique() == 20


def test_complements_share_more_orders_than_chance_gives_them() -> None:
    ledger = Ledger(PRESETS["grocery"]())
    first, second = identifier(0), identifier(complement(0))
    shared = ledger.orders_with(first, second)
    by_chance = ledger.orders_with(first) * ledger.orders_with(second) / len(ledger.orders)
    assert shared > 3 * by_chance


def test_the_untimed_shop_has_customers_and_items_alone() -> None:
    assert PRESETS["untimed"]().order_lines.columns == ["customer_id", "item_id"]
    assert PRESETS["sequence"]().order_lines.schema["ordered_at"] == pl.Int64
