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
from models.rules.tables import Boost, Bury, Diversity, Margin, Pin, PriceStep, Rotation
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
CATALOGUED = {"grocery", "books", "tiny", "variants", RANKED}
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
        # One that is out of stock, one hidden, one unknown, and two of one place.
        Placement(
            name="pinned",
            kind="for_you",
            fallback=("popular",),
            pins=tuple(
                Pin(item_id=item, position=position)
                for item, position in (
                    ("sku/009", 1),
                    ("sku/013", 2),
                    ("no such item", 3),
                    ("sku/004", 4),
                    ("sku/006", 4),
                    ("sku/008", 30),
                )
            ),
        ),
        Placement(name="rotated", kind="for_you", fallback=("popular",), rotation=Rotation(pool=20, keep=2)),
    )
}
# Every kind under every rule; the shops that can answer them have a whole catalogue, and days.
RULED: dict[str, Placement] = {
    placement.name: placement
    for placement in (
        *(
            Placement(
                name=f"ruled_{kind}",
                kind=kind,  # type: ignore[arg-type]
                limit=6,
                fallback=("popular_in_category", "popular"),
                boosts=(Boost(filter="brand = 'Alba'", factor=2), Boost(filter="price > item.price", factor=1.5)),
                buries=(Bury(filter="category under 'Department 1'", factor=0.5),),
                pins=(Pin(item_id="sku/004", position=2), Pin(item_id="sku/006", position=3)),
                diversity=Diversity(max_per_category=2, category_level=2, max_per_brand=3),
                margin=Margin(weight=0.8, max_relevance_loss=0.1),
                rotation=Rotation(pool=12, keep=1),
            )
            for kind in KINDS
        ),
        *(
            Placement(
                name=f"spread_{kind}",
                kind=kind,  # type: ignore[arg-type]
                limit=7,
                fallback=("trending", "popular"),
                diversity=Diversity(mmr=0.5),
                hide_bought_days=45,
            )
            for kind in KINDS
        ),
        Placement(
            name="stepped", kind="up_sell", price_step=PriceStep(min=1.05, max=1.9), fallback=("popular",), limit=4
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
        recipe = replace(
            recipe,
            next_order=settings_for(dataset, seed=0, threads=1),
            ranked={"for_you": "alone", "buy_again": "joined"},
        )
    arrays = learn(dataset, recipe, Progress())
    model = draft(arrays, dataset)
    now = (dataset.reference + DAYS_LATER) * SECONDS_A_DAY
    return Learned(shop, Ledger(shop), dataset, arrays, model, Engine(model, placements, clock=lambda: now))


@cache
def learned(name: str) -> Learned:
    """One of SHOPS."""
    placements = PLACEMENTS | RULED if name in CATALOGUED else PLACEMENTS
    shop = grocery() if name == RANKED else PRESETS[name]()
    return learn_shop(shop, placements, ranked=name == RANKED)
