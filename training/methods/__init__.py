"""The learning half of every method, by name."""

from __future__ import annotations

from collections.abc import Callable

from training.methods.als import ALS
from training.methods.arrivals import Arrivals
from training.methods.base import Learned, Learner
from training.methods.basket import Basket
from training.methods.content import Content
from training.methods.ease import EASE
from training.methods.ials import IALS
from training.methods.item_knn import ItemKNN
from training.methods.looked_at import LookedAt
from training.methods.own_frequency import OwnFrequency
from training.methods.popularity import Popularity
from training.methods.repurchase import Repurchase
from training.methods.ridge import Ridge
from training.methods.rp3beta import RP3Beta
from training.methods.segment import Segment
from training.methods.tifu import TIFU
from training.methods.up_sell import UpSell

LEARNERS: dict[str, Callable[..., Learner]] = {
    learner.name: learner
    for learner in (
        Popularity,
        Repurchase,
        ItemKNN,
        ALS,
        Basket,
        UpSell,
        Ridge,
        IALS,
        Content,
        Arrivals,
        LookedAt,
        EASE,
        RP3Beta,
        TIFU,
        Segment,
        OwnFrequency,
    )
}

__all__ = ["LEARNERS", "Learned", "Learner"]
