from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from models.batch import Batch
from models.ragged import Ragged
from tests.engines import learned
from tests.shops import Shop
from tests.training.methods.test_contract import answering
from tests.training.methods.test_popularity import day, slow_sales
from training.dataset import Dataset
from training.methods.up_sell import (
    DEFAULT_LARGEST_STEP,
    HALF_LIFE,
    LARGEST_STEP_PERCENTILE,
    SHRINKAGE,
    SMALLEST_STEP,
    TRANSITION_WINDOW,
    UpSell,
    categories,
    item_prices,
    largest_step,
    price_tiers,
    transitions,
)


def slow_transitions(dataset: Dataset, category: list[int]) -> Counter[tuple[int, int]]:
    """From each purchase to the customer's next one in the category, if it is another item, later and soon enough."""
    rows = zip(*(getattr(dataset.lines, name).tolist() for name in ("customer", "time", "order", "item")), strict=True)
    bought: dict[tuple[int, int], list[tuple[float, int, int]]] = {}
    for customer, time, order, item in rows:
        if customer >= 0 and category[item] >= 0:
            bought.setdefault((customer, category[item]), []).append((time, order, item))
    moves: Counter[tuple[int, int]] = Counter()
    for own in bought.values():
        own.sort()
        for (before, _, source), (after, _, target) in pairwise(own):
            if source != target and 0 < after - before <= TRANSITION_WINDOW:
                moves[source, target] += 1
    return moves


@pytest.mark.parametrize("preset", ["grocery", "variants"])
def test_transitions_are_the_next_purchases_in_a_category(preset: str) -> None:
    dataset = learned(preset).dataset
    category = categories(dataset.catalogue())
    found = transitions(dataset, category).tocoo()
    moves = dict(zip(zip(found.row.tolist(), found.col.tolist(), strict=True), found.data.tolist(), strict=True))
    assert moves == slow_transitions(dataset, category.tolist())


def test_trade_ups_are_smoothed_shares_of_those_that_customers_take_within_their_price_step() -> None:
    dataset = learned("grocery").dataset
    price = dataset.arrays["price/values"]
    category = categories(dataset.catalogue()).tolist()
    sales = slow_sales(dataset, HALF_LIFE)
    moves = slow_transitions(dataset, category)
    taken = {(a, i): n for (a, i), n in moves.items() if price[i] >= SMALLEST_STEP * price[a]}
    ratios = [price[i] / price[a] for (a, i) in moves.elements() if price[i] / price[a] >= SMALLEST_STEP]
    largest = np.percentile(ratios, LARGEST_STEP_PERCENTILE)
    learner = UpSell().fit(dataset)
    assert learner.largest_step_ == pytest.approx(largest)
    for anchor in range(dataset.n_items):
        of_type = [row for row in range(dataset.n_items) if category[row] == category[anchor]]
        total = sum(n for (a, _), n in taken.items() if a == anchor)
        of_sales = sum(sales[row] for row in of_type) or 1e-9
        expected = {
            item: (taken.get((anchor, item), 0) + SHRINKAGE * sales[item] / of_sales) / (total + SHRINKAGE)
            for item in of_type
            if SMALLEST_STEP <= price[item] / price[anchor] <= largest
        }
        kept = [item for item in learner.items_[anchor].tolist() if item >= 0]
        assert sorted(kept) == sorted(expected)
        scores = learner.scores_[anchor][: len(kept)].tolist()
        assert scores == pytest.approx([expected[item] for item in kept], rel=1e-4)
        assert scores == sorted(scores, reverse=True)
        ratio = learner.ratio_[anchor][: len(kept)].tolist()
        assert ratio == pytest.approx([price[item] / price[anchor] for item in kept], rel=1e-5)


def test_where_nobody_traded_up_the_step_is_the_default() -> None:
    dataset = learned("grocery").dataset
    nothing = transitions(dataset, np.full(dataset.n_items, -1, np.int32))
    assert nothing.nnz == 0
    assert largest_step(nothing, np.ones(dataset.n_items)) == DEFAULT_LARGEST_STEP


def test_a_step_up_is_one_from_any_variant_to_any_variant() -> None:
    dataset = learned("variants").dataset
    price, catalogue = dataset.arrays["price/values"], dataset.catalogue()
    assert catalogue.variants is not None
    variants = [catalogue.variants.take(np.array([row])).values for row in range(dataset.n_items)]
    learner = UpSell().fit(dataset)
    for anchor, row in enumerate(learner.items_):
        for item, ratio in zip(row, learner.ratio_[anchor], strict=True):
            if item >= 0:
                assert ratio == pytest.approx(price[variants[item]].min() / price[variants[anchor]].max())
                assert ratio >= SMALLEST_STEP


def test_a_price_is_the_catalogues_else_the_mean_paid() -> None:
    items = pl.DataFrame({"item_id": ["a", "b", "c"], "price": [5.0, None, None]})
    lines = [("c", "a", day(1), 4.0), ("c", "b", day(1), 2.0), ("c", "b", day(2), 4.0), ("c", "c", day(3), None)]
    columns = ["customer_id", "item_id", "ordered_at", "unit_price"]
    dataset = Shop(pl.DataFrame(lines, columns, orient="row"), items).dataset
    np.testing.assert_array_equal(item_prices(dataset, dataset.catalogue()), [5.0, 3.0, np.nan])


def test_tiers_are_price_percentiles_within_the_category() -> None:
    price = np.array([3.0, 1.0, 2.0, 9.0, np.nan, 4.0])
    category = np.array([0, 0, 0, 1, 1, -1], np.int32)
    np.testing.assert_allclose(price_tiers(price, category), [5 / 6, 1 / 6, 3 / 6, 1 / 2, np.nan, np.nan])


def test_a_customers_tier_is_the_mean_of_what_they_bought() -> None:
    dataset = learned("grocery").dataset
    learner = UpSell().fit(dataset)
    lines = dataset.lines
    for customer in range(0, dataset.n_customers, 9):
        bought = lines.item[lines.customer == customer]
        assert learner.customer_tier_[customer] == pytest.approx(learner.tier_[bought].mean(), rel=1e-5)


def ladder() -> Shop:
    """One type at four prices. From `p1` most step up to `p2`, some to `p3`, few to `p4`."""
    steps = ["p2"] * 6 + ["p3"] * 4 + ["p4"] * 3
    lines = [(f"c{number}", "p1", day(1)) for number in range(len(steps))]
    lines += [(f"c{number}", item, day(10)) for number, item in enumerate(steps)]
    lines += [("thrifty", "p1", day(number)) for number in (1, 5, 9)]
    lines += [("generous", "p4", day(number)) for number in (1, 5, 9)]
    items = {
        "item_id": ["p1", "p2", "p3", "p4"],
        "price": [1.0, 1.5, 2.0, 3.0],
        "cost_of_goods_sold": [0.5, 1.4, 0.8, 2.0],
        "category": ["T"] * 4,
    }
    return Shop(pl.DataFrame(lines, ["customer_id", "item_id", "ordered_at"], orient="row"), pl.DataFrame(items))


def offered(customer: str | None, **settings: float) -> list[str]:
    """What this customer is offered instead of `p1`."""
    dataset = ladder().dataset
    method, model = answering("up_sell", dataset, UpSell(**settings).fit(dataset).arrays())  # type: ignore[arg-type]
    row = -1 if customer is None else model.customers.row(customer, missing=-2)
    slots = method.candidates(Batch.of_anchors(Ragged.from_lists([[0]]), np.array([row], np.int32)), 10)[0]
    return model.items.ids(slots["item"][slots["item"] >= 0])


def test_the_step_most_taken_is_offered_first() -> None:
    assert offered(None) == ["p2", "p3", "p4"]


def test_a_customer_of_dear_items_is_offered_dearer_ones_than_a_thrifty_one() -> None:
    assert offered("generous") == offered(None)
    dataset = ladder().dataset
    method, model = answering("up_sell", dataset)
    customers = model.customers.rows(["thrifty", "generous"], missing=-1)
    slots = method.candidates(Batch.of_anchors(Ragged.from_lists([[0], [0]]), customers), 10)
    scores = [dict(zip(row["item"].tolist(), row["score"].tolist(), strict=True)) for row in slots]
    p2, p4 = model.items.rows(["p2", "p4"], missing=-1).tolist()
    assert scores[0][p4] / scores[0][p2] < scores[1][p4] / scores[1][p2]


def test_margins_count_where_they_are_asked_to() -> None:
    assert offered(None, margin_weight=1.0)[0] == "p3"
