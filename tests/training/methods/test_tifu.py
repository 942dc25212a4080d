from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from models.batch import Batch
from models.methods.tifu import TIFU as Answering
from models.reasons import Code
from tests.engines import learned
from training.dataset import Dataset
from training.methods import tifu
from training.methods.tifu import TIFU

Vector = dict[int, float]


def orders_of(dataset: Dataset) -> dict[int, list[tuple[float, set[int]]]]:
    """Each customer's orders: when, and what was in them."""
    found: dict[int, dict[int, tuple[float, set[int]]]] = defaultdict(dict)
    lines = dataset.lines
    for customer, order, item, time in zip(lines.customer, lines.order, lines.item, lines.time, strict=True):
        if customer >= 0:
            found[int(customer)].setdefault(int(order), (float(time), set()))[1].add(int(item))
    return {customer: [orders[key] for key in sorted(orders)] for customer, orders in found.items()}


def slow_scores(dataset: Dataset, half_life: float, own_share: float, k: int) -> dict[int, Vector]:
    """As the class says it, one customer after the other; nobody holds more items than are looked at."""
    orders = orders_of(dataset)

    def faded(some: list[tuple[float, set[int]]]) -> Vector:
        out: Vector = defaultdict(float)
        for time, items in some:
            for item in items:
                out[item] += 2 ** (-(dataset.reference - time) / half_life)
        return out

    reference = [customer for customer, some in orders.items() if len(some) > 1]
    held = {customer: faded(some) for customer, some in orders.items()}
    before = {customer: faded(orders[customer][:-1]) for customer in reference}

    def nearest(customer: int, known: dict[int, Vector]) -> list[tuple[float, int]]:
        holders = defaultdict(int)
        for other in reference:
            for item in known[other]:
                holders[item] += 1

        def unit(vector: Vector) -> Vector:
            rare = {i: math.sqrt(v) * math.log(1 + len(reference) / (1 + holders[i])) for i, v in vector.items()}
            length = math.sqrt(sum(value**2 for value in rare.values()))
            return {item: value / length for item, value in rare.items()}

        mine = unit(held[customer])
        cosines = []
        for other in reference:
            theirs = unit(known[other])
            cosine = sum(value * theirs.get(item, 0.0) for item, value in mine.items())
            if other != customer and cosine > 0:
                cosines.append((-cosine, other))
        best = sorted(cosines)[:k]
        total = sum(cosine**2 for cosine, _ in best)
        return [(cosine**2 / total, other) for cosine, other in best]

    scores: dict[int, Vector] = {}
    for customer in orders:
        out: Vector = defaultdict(float)
        for item, value in held[customer].items():
            out[item] += own_share * value / sum(held[customer].values())
        for weight, other in nearest(customer, held):
            for item, value in held[other].items():
                out[item] += (1 - own_share) / 2 * weight * value / sum(held[other].values())
        for weight, other in nearest(customer, before):
            last = orders[other][-1][1]
            for item in last:
                out[item] += (1 - own_share) / 2 * weight / len(last)
        scores[customer] = out
    return scores


@pytest.mark.parametrize(("preset", "half_life"), [("tiny", 20.0), ("browsed", 40.0), ("sequence", 3.0)])
def test_scores_are_own_shares_and_those_of_customers_alike(preset: str, half_life: float) -> None:
    dataset = learned(preset).dataset
    expected = slow_scores(dataset, half_life, 0.4, 5)
    found = TIFU(half_life=half_life, own_share=0.4, neighbours=5, depth=500).fit(dataset).rows_
    for customer in range(dataset.n_customers):
        row = found[customer][found[customer]["item"] >= 0]
        scores = dict(zip(row["item"].tolist(), row["score"].tolist(), strict=True))
        assert scores == pytest.approx(
            {i: s for i, s in expected.get(customer, {}).items() if s > 0}, rel=2e-3, abs=1e-6
        )


def test_late_purchases_count_more_the_shorter_the_half_life() -> None:
    dataset = learned("grocery").dataset
    last = {customer: orders[-1][1] for customer, orders in orders_of(dataset).items()}
    shares = []
    for half_life in (3.0, 30.0, 3000.0):
        rows = TIFU(half_life=half_life, own_share=1.0, depth=3).fit(dataset).rows_
        shares.append(
            np.mean([np.isin(rows["item"][customer], list(items)).mean() for customer, items in last.items()])
        )
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_of_too_many_customers_some_are_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = learned("grocery").dataset
    monkeypatch.setattr(tifu, "REFERENCE_CUSTOMERS", 10)
    once, again = (TIFU(seed=1).fit(dataset).rows_ for _ in range(2))
    assert once.tobytes() == again.tobytes() != TIFU(seed=2).fit(dataset).rows_.tobytes()


def test_reasons_tell_own_purchases_from_those_of_customers_alike() -> None:
    shop = learned("grocery")
    method = Answering.load(TIFU().fit(shop.dataset).arrays(), shop.model.shop)
    batch = Batch.of_customers(np.arange(shop.dataset.n_customers, dtype=np.int32))
    slots = method.candidates(batch, 40).copy()
    method.explain(batch, slots, slots["item"] >= 0)
    place = shop.model.shop.history.positions(batch.customers, slots["item"])
    filled = slots["item"] >= 0
    np.testing.assert_array_equal(slots["code"][filled] == Code.BOUGHT_BEFORE, place[filled] >= 0)
    own = filled & (place >= 0)
    np.testing.assert_array_equal(slots["n1"][own], shop.model.shop.history.count[place[own]])
    assert (slots["code"][filled & (place < 0)] == Code.TASTE).all()
    assert (filled & (place < 0)).any()
