from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from training.next_order.lambdarank import LambdaRank
from training.next_order.settings import NextOrderSettings
from training.next_order.stage import Candidates

QUERIES, EACH, COLUMNS = 2_000, 30, 40


def lesson() -> Candidates:
    """Columns that are seldom anything but 0, and hardly ever two at once."""
    generator = np.random.default_rng(0)
    size = QUERIES * EACH
    features = np.zeros((size, COLUMNS), np.float32)
    filled = np.flatnonzero(generator.random(size) < 0.8)
    features[filled, generator.integers(0, COLUMNS, len(filled))] = generator.random(len(filled))
    features[:, :4] = generator.random((size, 4))
    bought = features.sum(axis=1) + generator.random(size) > 3.2
    row, item = np.divmod(np.arange(size), EACH)
    return Candidates(row, item, bought, bought, features, tuple(f"c{column}" for column in range(COLUMNS)))


def test_sparse_columns_grow_the_same_trees_with_any_number_of_threads() -> None:
    learned, settings = lesson(), NextOrderSettings(trees=15)
    once, *others = (
        LambdaRank(replace(settings, threads=threads)).fit([learned]).predict(learned) for threads in (1, 2, 2)
    )
    assert len(np.unique(once)) > 1
    assert all((once == other).all() for other in others)
