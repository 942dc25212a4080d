"""Search: the recipe for this shop."""

from __future__ import annotations

import numpy as np

from training.dataset import Dataset
from training.recipe import Recipe

# Below this share of purchases that repeat an earlier one, a shop's own history is no guide to the next order.
REPEATS_MATTER = 0.02


def choose(dataset: Dataset, *, depth: int = 100, seed: int = 0, threads: int = 1) -> Recipe:
    """Defaults that suit the shop: own purchases lead where customers repeat them."""
    discovery = ("item_knn", "als", "popularity")
    return Recipe(
        methods={
            "popularity": {},
            "repurchase": {},
            "item_knn": {"depth": depth},
            "als": {"depth": depth, "seed": seed, "threads": threads},
            "basket": {},
            "up_sell": {},
        },
        cascade=("repurchase", *discovery) if repeat_share(dataset) >= REPEATS_MATTER else discovery,
        depth=depth,
    )


def repeat_share(dataset: Dataset) -> float:
    """The share of (order, item) purchases of known customers that repeat an earlier one of theirs."""
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    bought = np.unique(lines.order.astype(np.int64) * dataset.n_items + lines.item)
    pairs = np.unique(lines.customer.astype(np.int64) * dataset.n_items + lines.item)
    return 1.0 - len(pairs) / len(bought) if len(bought) else 0.0
