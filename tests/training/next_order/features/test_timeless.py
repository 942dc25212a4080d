"""Timeless: what is said of a dealt history does not depend on how it was dealt."""

from __future__ import annotations

import numpy as np

from tests.training.next_order.diary import forgotten, small_shop
from training.dealt import dealt
from training.next_order.purchases import Purchases
from training.next_order.settings import NextOrderSettings
from training.next_order.snapshot import today
from training.next_order.stage import Candidates, Stage

SETTINGS = NextOrderSettings(own=5, explore=5, popular=5)
# What followed what is read off the sequence: of a drawn one, what is bought beside the rest.
FOLLOWING = ("knn_next_", "knn_late_", "following_")


def test_neither_features_nor_popularity_depend_on_the_sequence() -> None:
    shop = forgotten(small_shop(3, customers=30))
    told: list[Candidates] = []
    pool = None
    for seed in (0, 1):
        purchases = Purchases.of(dealt(shop, seed))
        snapshot = today(purchases)
        stage = Stage.of(purchases, snapshot.taught, SETTINGS)
        pool = stage.pool(snapshot) if pool is None else pool
        told.append(stage.candidates(snapshot, pool, lesson=False))
    one, other = told
    assert one.names == other.names
    said = [number for number, name in enumerate(one.names) if not name.startswith(FOLLOWING)]
    assert {"own_count", "own_score", "same_score", "item_ever", "price", "category0_share"} <= {
        one.names[number] for number in said
    }
    np.testing.assert_allclose(one.features[:, said], other.features[:, said], rtol=1e-5)


def test_a_real_sequence_says_more() -> None:
    shop = small_shop(3, unit="order")
    names = []
    for dataset in (shop, dealt(forgotten(shop), 0)):
        purchases = Purchases.of(dataset)
        snapshot = today(purchases)
        names.append(set(Stage.of(purchases, snapshot.taught, SETTINGS).candidates(snapshot, lesson=False).names))
    assert names[1] < names[0]
    assert "own_visits_3" in names[0] - names[1]
