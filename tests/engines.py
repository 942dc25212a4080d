"""Engines over synthetic shops, each learned once in a run of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from msgspec.structs import replace

from models.engine import Engine
from models.kinds import KINDS
from models.model import Model
from models.placements import Placement, default_placements
from tests.ledger import SECONDS_A_DAY, Ledger
from tests.shops import PRESETS, Shop, grocery
from training.dataset import Dataset
from training.learning import Arrays, draft, learn
from training.progress import Progress
from training.search import choose
from training.search.next_order import settings_for

DAYS_LATER = 2.0
# Every preset, and the grocery with the learned ranker.
RANKED = "ranked grocery"
SHOPS = (*sorted(PRESETS), RANKED)
# What is shipped, every kind by itself with and without a fallback, and what a placement may override.
PLACEMENTS: dict[str, Placement] = {
    placement.name: placement
    for placement in (
        *default_placements().values(),
        *(Placement(name=kind, kind=kind, fallback=("popular",)) for kind in KINDS),  # type: ignore[arg-type]
        *(Placement(name=f"bare_{kind}", kind=kind) for kind in KINDS),  # type: ignore[arg-type]
        Placement(name="new_to_you", kind="for_you", fallback=("popular",), purchased="hide"),
        Placement(name="own", kind="for_you", purchased="only"),
        Placement(
            name="all_methods",
            kind="similar",
            methods=("up_sell", "basket", "item_knn", "als", "repurchase", "popularity"),
            fallback=("popular_in_category", "trending", "new_arrivals", "popular"),
        ),
    )
}


@dataclass(frozen=True)
class Learned:
    """One shop with everything learned from it; its clock stands DAYS_LATER after the training window."""

    shop: Shop
    ledger: Ledger
    dataset: Dataset
    arrays: Arrays
    model: Model
    engine: Engine


def learn_shop(shop: Shop, placements: Mapping[str, Placement] = PLACEMENTS, *, ranked: bool = False) -> Learned:
    """`ranked`: whether the learned ranker stands above the cascade."""
    dataset = shop.dataset
    recipe = choose(dataset)
    if ranked:
        recipe = replace(recipe, next_order=settings_for(dataset, seed=0, threads=1))
    arrays = learn(dataset, recipe, Progress())
    model = draft(arrays, dataset)
    now = (dataset.reference + DAYS_LATER) * SECONDS_A_DAY
    return Learned(shop, Ledger(shop), dataset, arrays, model, Engine(model, placements, clock=lambda: now))


@cache
def learned(name: str) -> Learned:
    """One of SHOPS."""
    return learn_shop(grocery(), ranked=True) if name == RANKED else learn_shop(PRESETS[name]())
