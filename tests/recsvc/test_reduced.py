"""An item is reduced where its sale price is below its price."""

from __future__ import annotations

import pytest

from recsvc.reduced import reduced


@pytest.mark.parametrize(
    ("price", "sale_price", "expected"),
    [
        (20.0, 15.0, 15.0),
        (20.0, 0.0, 0.0),
        (20.0, 20.0, None),
        (20.0, 25.0, None),
        (20.0, None, None),
        (None, 9.0, None),
    ],
)
def test_only_a_lower_sale_price_counts(price: float | None, sale_price: float | None, expected: float | None) -> None:
    assert reduced(price, sale_price) == expected
