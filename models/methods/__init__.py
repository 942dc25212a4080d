"""The answering half of every method, by name."""

from __future__ import annotations

from models.methods.als import ALS
from models.methods.arrivals import Arrivals
from models.methods.base import METHOD_NAMES, METHOD_NUMBER, RECENTLY_VIEWED, Method, Shop
from models.methods.basket import Basket
from models.methods.content import Content
from models.methods.ease import EASE
from models.methods.ials import IALS
from models.methods.item_knn import ItemKNN
from models.methods.looked_at import LookedAt
from models.methods.own_frequency import OwnFrequency
from models.methods.popularity import Popularity
from models.methods.repurchase import Repurchase
from models.methods.ridge import Ridge
from models.methods.rp3beta import RP3Beta
from models.methods.segment import Segment
from models.methods.tifu import TIFU
from models.methods.up_sell import UpSell

METHODS: tuple[type[Method], ...] = (
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

__all__ = ["METHODS", "METHOD_NAMES", "METHOD_NUMBER", "RECENTLY_VIEWED", "Method", "Shop"]
