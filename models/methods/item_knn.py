"""Item-kNN, answering: items whose buyers overlap (Sarwar et al. 2001; Deshpande and Karypis 2004)."""

from __future__ import annotations

from typing import ClassVar

from models.methods.bought import FromBought


class ItemKNN(FromBought):
    """`scores`: how much the buyers of two items overlap."""

    name: ClassVar[str] = "item_knn"
