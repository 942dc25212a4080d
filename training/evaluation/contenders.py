"""Contenders: what is evaluated on each task: the product, what it must beat, and its methods one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from models.engine import Engine
from models.kinds import Purchased
from models.placements import KindName, ListName, MethodName, Placement
from training.dataset import Dataset
from training.evaluation.metrics import Shown
from training.evaluation.result import Role
from training.evaluation.tasks import Task
from training.learning import draft, learn
from training.memory import Memory
from training.progress import Progress
from training.recipe import Recipe

# What a shop does by hand: its best sellers, each customer's usual items, and plain co-occurrence of items.
FLOORS = Recipe(
    methods={
        "popularity": {},
        "own_frequency": {"half_life": 1e6},
        "basket": {"alpha": 0.5, "shrinkage": 0.0, "damping": 0.0, "own_weight": 0.0},
    },
    cascade=(),  # they are asked method by method
)
CHUNK = 512
PARTS: dict[Role, str] = {"product": "candidate", "floor": "floors", "current": "current recipe"}
SERVED: tuple[Role, ...] = ("product", "current")


@dataclass(frozen=True, slots=True)
class LineUp:
    """`served`: the placement as customers meet it; beside it floors, and single methods of the product by name."""

    served: Placement
    floors: Mapping[str, Placement]
    methods: Mapping[str, Placement] = field(default_factory=dict)


def placed(
    kind: KindName,
    *methods: MethodName,
    purchased: Purchased | None = None,
    fallback: tuple[ListName, ...] = ("popular",),
) -> Placement:
    """A placement as it is shipped, or one that asks the given methods alone."""
    return Placement(name=kind, kind=kind, methods=methods or None, purchased=purchased, fallback=fallback)


# Up-sell is judged without the lists that fill empty places, since best sellers are no trade-up.
LINE_UPS: dict[str, LineUp] = {
    "next_order": LineUp(
        placed("for_you"),
        floors={"own_frequency": placed("for_you", "own_frequency"), "popularity": placed("for_you", "popularity")},
        methods={
            "repurchase": placed("for_you", "repurchase"),
            "tifu": placed("for_you", "tifu"),
            "trending": placed("trending"),
        },
    ),
    "discovery": LineUp(
        placed("for_you", purchased="hide"),
        floors={"popularity": placed("for_you", "popularity", purchased="hide")},
        methods={
            "als": placed("for_you", "als", purchased="hide"),
            "item_knn": placed("for_you", "item_knn", purchased="hide"),
            "ridge": placed("for_you", "ridge", purchased="hide"),
            "ials": placed("for_you", "ials", purchased="hide"),
            "content": placed("for_you", "content", purchased="hide"),
            "ease": placed("for_you", "ease", purchased="hide"),
            "rp3beta": placed("for_you", "rp3beta", purchased="hide"),
        },
    ),
    "buy_again": LineUp(
        placed("buy_again"),
        floors={"own_frequency": placed("buy_again", "own_frequency")},
        methods={"repurchase": placed("buy_again", "repurchase")},
    ),
    "cross_sell": LineUp(
        placed("cross_sell"),
        floors={"plain_cosine": placed("cross_sell", "basket"), "popularity": placed("cross_sell", "popularity")},
        methods={"item_knn": placed("cross_sell", "item_knn")},
    ),
    "up_sell": LineUp(placed("up_sell", fallback=()), floors={}),
}


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    role: Role
    engine: Engine
    placement: Placement

    def answer(self, task: Task, places: int) -> Shown:
        """The lead rows shown to every query of the task, (B, places)."""
        rows = np.arange(len(task))
        batches = (task.batch.take(rows[start : start + CHUNK]) for start in range(0, len(task), CHUNK))
        parts = [self.engine.slots(self.placement, batch, limit=places).slots["item"] for batch in batches]
        return self.engine.model.shop.catalogue.leads(np.concatenate(parts))


Engines = Mapping[Role, Engine]


def engines(
    train: Dataset, recipe: Recipe, rival: Recipe | None, progress: Progress, memory: Memory | None = None
) -> Engines:
    """The candidate's recipe, the floors and the current bundle's recipe, each learned from `train`."""
    recipes: dict[Role, Recipe | None] = {"product": recipe, "floor": FLOORS, "current": rival}
    found: dict[Role, Engine] = {}
    for role, each in recipes.items():
        if each is not None:
            with progress.within(PARTS[role]):
                found[role] = Engine(draft(learn(train, each, progress, memory), train), {})
    return found


def contenders(task: str, engines: Engines) -> list[Contender]:
    """Those of one task, the product first, without methods that this shop has not learned."""
    line_up = LINE_UPS[task]
    served = [Contender(role, role, engines[role], line_up.served) for role in SERVED if role in engines]
    floors = [Contender(name, "floor", engines["floor"], placement) for name, placement in line_up.floors.items()]
    methods = [Contender(name, "method", engines["product"], placement) for name, placement in line_up.methods.items()]
    return [each for each in (*served, *floors, *methods) if _is_learned(each)]


def _is_learned(contender: Contender) -> bool:
    return set(contender.placement.methods or ()) <= set(contender.engine.model.methods)
