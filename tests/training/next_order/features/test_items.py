"""Item features, against loops over everybody's visits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.next_order.diary import small_shop
from tests.training.next_order.features.asked import MOMENT, Asked, asked, close
from training.next_order.features.items import BUYERS, REPEATS, VISITS, Rates, items
from training.next_order.histories import Histories
from training.next_order.popularity import Popularity
from training.next_order.purchases import Purchases


def held(shop: Asked) -> list[list[tuple[int, list[int], list[float]]]]:
    """By item: (visits of the customer, numbers of those with the item, their days), one a customer who bought it."""
    found: list[list[tuple[int, list[int], list[float]]]] = [[] for _ in range(shop.dataset.n_items)]
    for visits in shop.pages.values():
        for item in range(shop.dataset.n_items):
            numbers = [number for number, visit in enumerate(visits) if item in visit.items]
            if numbers:
                found[item].append((len(visits), numbers, [visits[number].day for number in numbers]))
    return found


def shrunk(part: list[float], whole: list[float], strength: float, least: float = 0.0) -> list[float]:
    usual = sum(part) / sum(whole)
    return [max((p + strength * usual) / (w + strength), least) for p, w in zip(part, whole, strict=True)]


@pytest.mark.parametrize("unit", ["day", "order"])
def test_rates(unit: str) -> None:
    shop = asked(unit)
    rates, buyers = Rates.of(shop.known), held(shop)
    count = [len(each) for each in buyers]
    repeats = [sum(len(numbers) > 1 for _, numbers, _ in each) for each in buyers]
    returns = [sum(len(numbers) - 1 for _, numbers, _ in each) for each in buyers]
    chances = [sum(visits - 1 - numbers[0] for visits, numbers, _ in each) for each in buyers]
    gaps = [sum(numbers[-1] - numbers[0] for _, numbers, _ in each) for each in buyers]
    days = [sum(each_days[-1] - each_days[0] for _, _, each_days in each) for each in buyers]
    close(rates.buyers, count)
    close(rates.repurchase, shrunk(repeats, count, BUYERS))
    close(rates.hazard, shrunk(returns, chances, VISITS))
    close(rates.visit_gap, shrunk(gaps, returns, REPEATS, least=1.0))
    close(rates.day_gap, shrunk(days, returns, REPEATS, least=1.0))


def test_sales_are_as_of_the_query() -> None:
    shop = asked()
    popularity = Popularity.of(shop.known)
    columns = items(Rates.of(shop.known), popularity, shop.as_of[shop.row], shop.item)
    short, middle, ever = popularity.shares(np.full(len(shop.item), MOMENT), shop.item).T
    close(columns["item_short"], short.tolist())
    close(columns["item_trend"], (short - middle).tolist())
    close(columns["item_season"], (middle - ever).tolist())


def test_a_shop_without_repeats_has_finite_rates() -> None:
    purchases = Purchases.of(small_shop(3, orders=1))
    rates = Rates.of(Histories.of(purchases, np.arange(purchases.n_customers), purchases.visits))
    for values in (rates.repurchase, rates.hazard, rates.visit_gap, rates.day_gap):
        assert np.isfinite(values).all()
