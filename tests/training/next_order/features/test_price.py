"""Price features, against loops over everybody's visits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.training.next_order.diary import CATEGORIES
from tests.training.next_order.features.asked import MOMENT, Asked, asked, close
from training.next_order.features.price import Prices, price

NAN = math.nan


def mean(values: list[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else NAN


def paid(shop: Asked, item: int, since: float = -math.inf) -> list[float]:
    """Logarithms of the prices everybody paid."""
    visits = [visit for each in shop.pages.values() for visit in each if visit.day >= since]
    return [math.log(visit.items[item].price) for visit in visits if item in visit.items]


def middle(item: int) -> str | None:
    """The second deepest category."""
    name = CATEGORIES[item % len(CATEGORIES)]
    return name.rsplit(" > ", 1)[0] if name else None


@pytest.fixture(scope="module")
def shop() -> Asked:
    return asked()


def tiers(shop: Asked) -> list[float]:
    usual = [mean(paid(shop, item)) for item in range(shop.dataset.n_items)]
    return [
        usual[item] - mean([usual[other] for other in range(len(usual)) if middle(other) == middle(item)])
        for item in range(len(usual))
    ]


def test_usual_prices_and_tiers(shop: Asked) -> None:
    prices = Prices.of(shop.known)
    close(prices.usual, [mean(paid(shop, item)) for item in range(shop.dataset.n_items)])
    close(prices.tier, tiers(shop))


def test_against_what_the_customer_pays(shop: Asked) -> None:
    found = price(shop.histories, shop.as_of, Prices.of(shop.known), shop.row, shop.item)
    usual, tier = [mean(paid(shop, item)) for item in range(shop.dataset.n_items)], tiers(shop)
    above_tier, above_paid, deal, promotion = [], [], [], []
    for visits, item in shop.candidates():
        bought = [tier[other] for visit in visits for other in visit.items]
        bought = [value for value in bought if not math.isnan(value)]
        above_tier.append(tier[item] - sum(bought) / (len(bought) + 5))
        own = [math.log(visit.items[item].price) for visit in visits if item in visit.items]
        recent = mean(paid(shop, item, since=MOMENT - 14))
        above_paid.append(recent - mean(own))
        deal.append(own[-1] - usual[item] if own else NAN)
        promotion.append(recent - usual[item])
    close(found["price"], [usual[item] for item in shop.item.tolist()])
    close(found["price_above_own_tier"], above_tier)
    close(found["price_above_paid"], above_paid)
    close(found["price_last_deal"], deal)
    close(found["price_promotion"], promotion)


def test_a_shop_without_prices_has_nothing_but_unknowns() -> None:
    bare = asked(prices=False)
    prices = Prices.of(bare.known)
    assert np.isnan(prices.usual).all()
    assert np.isnan(prices.lately(bare.item, bare.as_of[bare.row])).all()
