from __future__ import annotations

import math

import numpy as np

from tests.engines import learned
from tests.training.next_order.features.asked import close
from training.dataset import Dataset
from training.next_order.features.events import CART_WEIGHT, HALF_LIFE, Looking
from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings
from training.next_order.snapshot import Snapshot, lessons
from training.next_order.stage import Stage

Event = tuple[int, int, bool, float]


def known_events(dataset: Dataset) -> list[Event]:
    """(customer, item, whether it fills a cart, time); this shop's clock shows UTC."""
    events = dataset.events
    assert events is not None
    cart = [events.names[kind] == "product_added" for kind in events.kind.tolist()]
    return list(zip(events.customer.tolist(), events.item.tolist(), cart, events.time.tolist(), strict=True))


def shop() -> tuple[Dataset, Purchases, Snapshot, Looking]:
    dataset = learned("browsed").dataset
    purchases = Purchases.of(dataset)
    asked = lessons(purchases, NextOrderSettings(snapshots=1, horizon_days=28))[0]
    assert purchases.events is not None
    return dataset, purchases, asked, Looking.of(purchases.events, purchases.n_items)


def test_features_count_what_was_looked_at_before_the_moment() -> None:
    dataset, _, asked, looking = shop()
    events, n_items = known_events(dataset), dataset.n_items
    row, item = np.repeat(np.arange(len(asked)), n_items), np.tile(np.arange(n_items), len(asked))
    found = looking.features(asked, row, item)
    candidates = [
        (int(asked.customers[r]), int(i), float(asked.as_of[r]))
        for r, i in zip(row.tolist(), item.tolist(), strict=True)
    ]

    def counted(days: float, *, mine: bool = True, carts: bool = False) -> list[float]:
        return [
            sum(
                item == i and as_of - days <= time < as_of and (customer == c or not mine) and (cart or not carts)
                for customer, item, cart, time in events
            )
            for c, i, as_of in candidates
        ]

    close(found["looks_short"], counted(7))
    close(found["looks_long"], counted(28))
    close(found["carts_short"], counted(7, carts=True))
    close(found["carts_long"], counted(28, carts=True))
    close(found["item_looks_short"], counted(7, mine=False))
    close(found["item_looks_long"], counted(28, mine=False))
    last = [
        [time for customer, item, _, time in events if (customer, item) == (c, i) and time < at]
        for c, i, at in candidates
    ]
    close(
        found["looked_ago"],
        [at - max(times) if times else math.nan for (_, _, at), times in zip(candidates, last, strict=True)],
    )
    assert np.nansum(found["looks_short"]) > 0
    assert np.nansum(found["carts_long"]) > 0


def test_what_was_looked_at_lately_is_a_candidate() -> None:
    dataset, _, asked, looking = shop()
    found = looking.source(asked, 50).left.toarray()
    expected = np.zeros_like(found, dtype=np.float64)
    for customer, item, cart, time in known_events(dataset):
        for query in np.flatnonzero(asked.customers == customer):
            age = asked.as_of[query] - time
            if 0 < age <= 90:
                expected[query, item] += 2 ** (-age / HALF_LIFE) * (CART_WEIGHT if cart else 1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert expected.any()


def test_events_bring_their_columns_and_a_shop_without_them_has_none() -> None:
    for preset, there in (("browsed", True), ("grocery", False)):
        purchases = Purchases.of(learned(preset).dataset)
        settings = NextOrderSettings(snapshots=1)
        asked = lessons(purchases, settings)[0]
        names = Stage.of(purchases, asked.taught, settings).candidates(asked, lesson=True).names
        assert ("looks_short" in names) == ("looked_score" in names) == there


def test_a_lesson_is_another_where_something_else_was_looked_at_before_it() -> None:
    dataset, purchases, asked, _ = shop()
    assert dataset.events is not None
    early, late = (dataset.events.time < float(asked.as_of[0]), dataset.events.time >= float(asked.as_of[0]))

    def digest(kept: np.ndarray) -> str:
        assert dataset.events is not None
        changed = Dataset(
            **{n: getattr(dataset, n) for n in Dataset.__slots__} | {"events": dataset.events.select(kept)}
        )
        return asked.digest(Purchases.of(changed))

    assert digest(early) == asked.digest(purchases)
    assert digest(late) != asked.digest(purchases)
