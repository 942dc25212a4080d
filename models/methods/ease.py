"""EASE, answering: items that a linear model of the whole catalogue predicts from what was bought (Steck 2019)."""

from __future__ import annotations

from typing import ClassVar

from models.methods.bought import FromBought


class EASE(FromBought):
    """`scores`: positive weights of the model; the negative ones count in `rows` only."""

    name: ClassVar[str] = "ease"
