"""Neighbours' votes, against dense NumPy one customer at a time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.next_order.diary import small_shop
from training.next_order import neighbours as module
from training.next_order.histories import Histories
from training.next_order.neighbours import HOLDING, NEXT, Neighbours
from training.next_order.purchases import Purchases

Dense = NDArray[np.floating]


@pytest.fixture(scope="module")
def purchases() -> Purchases:
    return Purchases.of(small_shop(8, customers=25))


def similarity(mine: Dense, theirs: Dense) -> Dense:
    """Cosine of rooted counts, rare items weighing more, against every reference customer."""
    weight = np.log(1 + len(theirs) / (1 + (theirs > 0).sum(axis=0)))
    unit = [np.sqrt(rows) * weight for rows in (mine[None], theirs)]
    mine, theirs = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9) for rows in unit)
    alike: Dense = (theirs @ mine[0]).astype(float)
    return alike


@pytest.mark.parametrize(
    ("source", "half_life", "left_out", "power", "nearest"),
    [("knn", 5.0, 0, 2.0, HOLDING), ("knn_next", 5.0, 1, 2.0, NEXT), ("knn_late", 1.0, 1, 1.0, NEXT)],
)
def test_votes_are_those_of_the_nearest_others(
    purchases: Purchases, source: str, half_life: float, left_out: int, power: float, nearest: int
) -> None:
    taught, reference = purchases.visits, np.flatnonzero(purchases.visits >= 2)
    asked = Histories.of(purchases, np.arange(purchases.n_customers), taught)
    left, right = Neighbours.of(purchases, taught, seed=0).votes(asked)[source]
    known = Histories.of(purchases, reference, taught[reference])
    before = Histories.of(purchases, reference, taught[reference] - left_out).faded(half_life).toarray()
    faded = known.faded(5.0).toarray()
    voted = faded / faded.sum(axis=1, keepdims=True) if source == "knn" else known.latest().toarray()
    for customer in range(purchases.n_customers):
        alike = similarity(asked.faded(half_life).toarray()[customer], before)
        alike[reference == customer] = 0.0
        alike[np.argsort(-alike)[nearest:]] = 0.0
        weight = alike**power / max((alike**power).sum(), 1e-12)
        assert (left[customer] @ right).toarray()[0] == pytest.approx(weight @ voted, abs=1e-5)


def test_only_the_nearest_vote(purchases: Purchases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HOLDING", 3)
    asked = Histories.of(purchases, np.arange(purchases.n_customers), purchases.visits)
    left, _ = Neighbours.of(purchases, purchases.visits, seed=0).votes(asked)["knn"]
    assert np.diff(left.indptr).max() == 3


def test_larger_shops_look_at_a_sample(purchases: Purchases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REFERENCE_CUSTOMERS", 6)
    samples = [set(np.flatnonzero(Neighbours.of(purchases, purchases.visits, seed).place >= 0)) for seed in (0, 0, 1)]
    assert len(samples[0]) == 6
    assert samples[0] == samples[1] != samples[2]


def test_customers_of_one_visit_do_not_vote(purchases: Purchases) -> None:
    place = Neighbours.of(purchases, purchases.visits, seed=0).place
    assert ((place >= 0) == (purchases.visits >= 2)).all()
