from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from models.methods.looked_at import LookedAt as Answering
from models.reasons import Code
from models.slots import empty_slots
from tests.engines import learned
from tests.models.methods.shops import batch
from training.dataset import Dataset
from training.methods.interest import HALF_LIFE, LONGEST_DAYS, SHRINKAGE, USUAL, USUAL_SHARE, interest, looks
from training.methods.looked_at import LookedAt


def slow_weights(dataset: Dataset) -> dict[str, float]:
    """The share of each kind's events that a first purchase within four weeks followed, the largest being 1."""
    first: dict[tuple[int, int], float] = {}
    lines = dataset.lines
    for customer, item, time in zip(lines.customer.tolist(), lines.item.tolist(), lines.time.tolist(), strict=True):
        first[customer, item] = min(first.get((customer, item), math.inf), time)
    share = {}
    for kind, name in enumerate(events_of(dataset).names):
        of_kind = [event for event in told(dataset) if event[2] == kind]
        followed = sum(0 < first.get((c, i), math.inf) - time <= 28 for c, i, _, time in of_kind)
        share[name] = (followed + SHRINKAGE * USUAL_SHARE * USUAL[name]) / (len(of_kind) + SHRINKAGE)
    return {name: value / max(share.values()) for name, value in share.items()}


def events_of(dataset: Dataset):  # type: ignore[no-untyped-def]
    assert dataset.events is not None
    return dataset.events


def told(dataset: Dataset) -> list[tuple[int, int, int, float]]:
    events = events_of(dataset)
    return list(
        zip(events.customer.tolist(), events.item.tolist(), events.kind.tolist(), events.time.tolist(), strict=True)
    )


def test_interest_is_what_events_foretell_faded_and_only_of_what_was_not_bought() -> None:
    dataset = learned("browsed").dataset
    weights, names = slow_weights(dataset), events_of(dataset).names
    assert weights["product_added"] > weights["product_viewed"] > 0
    purchases = dataset.purchases().toarray()
    strength, times = defaultdict(float), defaultdict(int)
    for customer, item, kind, time in told(dataset):
        age = max(dataset.reference - time, 0.0)
        if age <= LONGEST_DAYS and not purchases[customer, item]:
            strength[customer, item] += weights[names[kind]] * 2 ** (-age / HALF_LIFE)
            times[customer, item] += 1
    found = looks(dataset)
    pairs = list(zip(found.customer.tolist(), found.item.tolist(), strict=True))
    assert pairs == sorted(strength)
    assert len(pairs) > 20
    assert found.strength.tolist() == pytest.approx([1 - math.exp(-strength[pair]) for pair in pairs], rel=1e-5)
    assert found.times.tolist() == [times[pair] for pair in pairs]
    both = interest(dataset, 0.3).toarray()
    expected = purchases.copy()
    for pair, value in strength.items():
        expected[pair] = 0.3 * (1 - math.exp(-value))
    np.testing.assert_allclose(both, expected, rtol=1e-5)


def test_without_events_purchases_are_all_there_is() -> None:
    dataset = learned("grocery").dataset
    assert (interest(dataset, 0.5) != dataset.purchases()).nnz == 0
    assert (interest(learned("browsed").dataset, 0.0) != learned("browsed").dataset.purchases()).nnz == 0
    assert not len(looks(dataset).item)


def test_events_that_say_nothing_of_wanting_are_not_counted() -> None:
    dataset = learned("browsed").dataset
    events = events_of(dataset)
    renamed = type(events)(events.customer, events.item, events.kind, events.time, ("product_added", "product_removed"))
    other = Dataset(**{name: getattr(dataset, name) for name in Dataset.__slots__} | {"events": renamed})
    removed = {(c, i) for c, i, kind, _ in told(other) if kind == 1} - {
        (c, i) for c, i, kind, _ in told(other) if not kind
    }
    found = looks(other)
    assert removed
    assert not removed & set(zip(found.customer.tolist(), found.item.tolist(), strict=True))


def test_a_visitor_who_bought_nothing_is_known_by_what_was_looked_at() -> None:
    shop = learned("browsed")
    visitor = shop.dataset.customers.row("v0001", missing=-1)
    assert visitor >= 0
    method = Answering.load(LookedAt().fit(shop.dataset).arrays(), shop.model.shop)
    found = method.candidates(batch([visitor, -1]), 10)
    own = {item for customer, item, _, _ in told(shop.dataset) if customer == visitor}
    assert set(found["item"][0].tolist()) - {-1} == own
    assert (found["item"][1] == -1).all()
    method.explain(batch([visitor, -1]), found, found["item"] >= 0)
    assert set(found["code"][found["item"] >= 0].tolist()) == {Code.LOOKED_AT}
    assert found["n1"][found["item"] >= 0].sum() == sum(customer == visitor for customer, _, _, _ in told(shop.dataset))


def test_what_nobody_looked_at_is_explained_without_a_number() -> None:
    shop = learned("browsed")
    method = Answering.load(LookedAt().fit(shop.dataset).arrays(), shop.model.shop)
    slots = empty_slots(1, 1)
    slots["item"] = 0
    method.explain(batch([-1]), slots, slots["item"] >= 0)
    assert slots["n1"].tolist() == [[0.0]]
