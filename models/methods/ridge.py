"""Ridge, answering: items that a linear model predicts from what was bought (Ning and Karypis 2011; Steck 2019)."""

from __future__ import annotations

from typing import ClassVar

from models.methods.bought import FromBought


class Ridge(FromBought):
    """`scores`: positive weights of the model; the negative ones count in `rows` only."""

    name: ClassVar[str] = "ridge"
