"""Reduced: whether an item costs less than its price today."""

from __future__ import annotations


def reduced(price: float | None, sale_price: float | None) -> float | None:
    """The sale price where there is one below the price, else None."""
    if price is None or sale_price is None or sale_price >= price:
        return None
    return sale_price
