"""The answering half of every method, by name."""

from __future__ import annotations

from models.methods.als import ALS
from models.methods.base import Method, Shop
from models.methods.basket import Basket
from models.methods.item_knn import ItemKNN
from models.methods.popularity import Popularity
from models.methods.repurchase import Repurchase
from models.methods.up_sell import UpSell

# The order is the number that a slot stores as its method: append only.
METHODS: tuple[type[Method], ...] = (Popularity, Repurchase, ItemKNN, ALS, Basket, UpSell)
# What a visitor just looked at is shown without any method scoring it.
RECENTLY_VIEWED = "recently_viewed"
METHOD_NAMES: tuple[str, ...] = (*(method.name for method in METHODS), RECENTLY_VIEWED)
METHOD_NUMBER: dict[str, int] = {name: number for number, name in enumerate(METHOD_NAMES)}

__all__ = ["METHODS", "METHOD_NAMES", "METHOD_NUMBER", "RECENTLY_VIEWED", "Method", "Shop"]
