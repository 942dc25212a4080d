from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import eligibility
from models.eligibility import Eligibility, RowWise
from models.errors import FilterError
from tests.engines import Learned, learned

NO_QUERY: dict[str, Any] = {"anchor": None, "customer": None, "as_of": 0.0}


def of(known: Learned) -> Eligibility:
    return Eligibility(known.model.shop.catalogue, known.model.customer_attributes.kinds)


def slow_picks(known: Learned, allowed: np.ndarray) -> list[int]:
    """For every row its first allowed variant, -1 where there is none or another row leads."""
    variants = known.model.shop.catalogue.variants
    if variants is None:
        return [row if fine else -1 for row, fine in enumerate(allowed.tolist())]
    lists = [variants.take(np.array([row])).values.tolist() for row in range(len(allowed))]
    return [next((row for row in own if allowed[row]), -1) for own in lists]


@pytest.mark.parametrize("preset", ["grocery", "variants", "no_catalogue"])
@pytest.mark.parametrize("text", [None, "brand = 'Alba'", "brand = item.brand", "brand = 'nobody'"])
def test_masks_and_rows_agree_with_one_look_at_every_item(preset: str, text: str | None) -> None:
    known = learned(preset)
    if text and not known.ledger.catalogue:
        return
    catalogue = known.model.shop.catalogue
    eligible = of(known).of((text,) if text else (), **{**NO_QUERY, "anchor": 3})
    rows = np.arange(len(catalogue), dtype=np.int32)
    brands = [catalogue.columns["brand"].value(row) for row in rows] if text else []
    wanted = {"brand = 'Alba'": "Alba", "brand = 'nobody'": "nobody", "brand = item.brand": brands[3] if brands else ""}
    allowed = np.array([not text or brand == wanted[text] for brand in brands or rows]) & catalogue.sellable
    picks = slow_picks(known, allowed)
    assert eligible.allows(rows).tolist() == allowed.tolist()
    assert eligible.picks(rows).tolist() == picks
    assert eligible.picks(np.array([[0, -1]], np.int32)).tolist() == [[picks[0], -1]]
    popular = known.arrays["methods/popularity/popular"]
    for count in (0, 1, 5, 1_000):
        expected = [row for row in popular.tolist() if picks[row] >= 0][:count]
        assert eligible.first("popular", popular, count).tolist() == expected


@settings(max_examples=40)
@given(st.data(), st.integers(1, 5), st.integers(0, 30))
def test_scanning_in_windows_is_scanning_at_once(data: st.DataObject, first: int, count: int) -> None:
    known = learned("grocery")
    rows = np.arange(len(known.model.shop.catalogue), dtype=np.int32)
    fine = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    base = of(known).of((), **NO_QUERY)
    ordered = rows[::-1].copy()
    scan, eligibility.FIRST_SCAN = eligibility.FIRST_SCAN, first
    try:
        found = RowWise(base, lambda asked: fine[asked]).first("backwards", ordered, count)  # type: ignore[arg-type]
    finally:
        eligibility.FIRST_SCAN = scan
    picks = base.picks(ordered)
    expected = [row for row, pick in zip(ordered.tolist(), picks.tolist(), strict=True) if pick >= 0 and fine[pick]]
    assert found.tolist() == expected[:count]


def test_a_mask_is_made_once_for_all_queries() -> None:
    shared = of(learned("grocery"))
    assert shared.of(("brand = 'Alba'",), **NO_QUERY) is shared.of(("brand = 'Alba'",), **{**NO_QUERY, "as_of": 9.0})
    assert shared.filter("brand = 'Alba'") is shared.filter("brand = 'Alba'")


def test_filters_of_customers_are_told_by_their_attributes() -> None:
    known = learned("grocery")
    rows = np.arange(len(known.model.shop.catalogue), dtype=np.int32)
    text = "customer.loyalty_tier = 'gold'"
    gold = of(known).of((text,), anchor=None, customer={"loyalty_tier": "gold"}, as_of=0.0)
    assert gold.allows(rows).tolist() == known.model.shop.catalogue.sellable.tolist()
    for other in ({"loyalty_tier": "silver"}, {"loyalty_tier": None}, None):
        assert not of(known).of((text,), anchor=None, customer=other, as_of=0.0).allows(rows).any()


def test_a_bad_filter_is_refused() -> None:
    with pytest.raises(FilterError):
        of(learned("grocery")).of(("prize < 3",), **NO_QUERY)
