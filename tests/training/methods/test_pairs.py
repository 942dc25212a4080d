from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import learned
from tests.shops import PRESETS
from training.dataset import Dataset
from training.methods.pairs import (
    ITEM_SHRINKAGE,
    OWN_SHRINKAGE,
    purchase_pairs,
    repeat_shares,
    strongest,
    usual_intervals,
)

every_shop = pytest.mark.parametrize("preset", sorted(PRESETS))


def times_of(dataset: Dataset) -> dict[tuple[int, int], list[float]]:
    """When each known customer's orders held each item, an order once."""
    lines = dataset.lines
    orders: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for customer, item, order, time in zip(lines.customer, lines.item, lines.order, lines.time, strict=True):
        if customer >= 0:
            orders[int(customer), int(item)][int(order)] = float(time)
    return {pair: list(held.values()) for pair, held in orders.items()}


@every_shop
def test_a_pair_is_the_orders_of_a_customer_that_held_an_item(preset: str) -> None:
    dataset = learned(preset).dataset
    expected, pairs = times_of(dataset), purchase_pairs(dataset, half_life=30.0)
    keys = list(zip(pairs.customer.tolist(), pairs.item.tolist(), strict=True))
    assert keys == sorted(expected)
    for place, key in enumerate(keys):
        times = expected[key]
        assert (pairs.count[place], pairs.first[place], pairs.last[place]) == (len(times), min(times), max(times))
        strength = sum(0.5 ** ((dataset.reference - time) / 30.0) for time in times)
        assert pairs.strength[place] == pytest.approx(strength)


@every_shop
def test_intervals_are_own_means_shrunk_to_the_items_and_those_to_the_shops(preset: str) -> None:
    dataset = learned(preset).dataset
    times, pairs = times_of(dataset), purchase_pairs(dataset, 30.0)
    found = usual_intervals(pairs, dataset.n_items)
    gaps = {pair: (max(held) - min(held), len(held) - 1) for pair, held in times.items()}
    days, repeats = sum(gap for gap, _ in gaps.values()), sum(count for _, count in gaps.values())
    shop = days / repeats if days > 0 else 1.0
    for place, (customer, item) in enumerate(sorted(times)):
        of_item = [gap for (_, other), gap in gaps.items() if other == item]
        mean = (sum(gap for gap, _ in of_item) + ITEM_SHRINKAGE * shop) / (
            sum(count for _, count in of_item) + ITEM_SHRINKAGE
        )
        own, count = gaps[customer, item]
        assert found[place] == pytest.approx((own + OWN_SHRINKAGE * mean) / (count + OWN_SHRINKAGE))
        assert found[place] > 0


def test_repeat_shares_lie_between_the_items_own_and_the_shops() -> None:
    dataset = learned("grocery").dataset
    times = times_of(dataset)
    found = repeat_shares(purchase_pairs(dataset, 30.0), dataset.n_items)
    shop = np.mean([len(held) > 1 for held in times.values()])
    for item in range(dataset.n_items):
        again = [len(held) > 1 for (_, other), held in times.items() if other == item]
        own = float(np.mean(again)) if again else shop
        assert min(own, shop) <= found[item] <= max(own, shop) + 0.01 / ITEM_SHRINKAGE


@given(st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=5), st.integers(1, 4))
def test_strongest_keeps_the_best_of_every_customer_in_their_order(strengths: list[list[int]], depth: int) -> None:
    customer = np.array([c for c, own in enumerate(strengths) for _ in own], np.int32)
    strength = np.array([float(s) for own in strengths for s in own])
    kept, indptr = strongest(strength, customer, len(strengths), depth)
    assert kept.tolist() == sorted(kept.tolist())
    for number, own in enumerate(strengths):
        mine = kept[indptr[number] : indptr[number + 1]]
        assert set(customer[mine].tolist()) <= {number}
        assert sorted(strength[mine].tolist(), reverse=True) == sorted(own, reverse=True)[:depth]
