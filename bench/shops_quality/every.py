"""Every shop, by name."""

from __future__ import annotations

from bench.shops_quality import journey, other

SHOPS = {shop.name: shop for shop in (*journey.SHOPS, *other.SHOPS)}
