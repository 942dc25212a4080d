"""RP3beta, answering: items that short walks from the customer's purchases lead to (Paudel et al. 2017)."""

from __future__ import annotations

from typing import ClassVar

from models.methods.bought import FromBought


class RP3Beta(FromBought):
    """`scores`: how likely a walk from one item leads to the other, the popularity of the end divided out."""

    name: ClassVar[str] = "rp3beta"
