"""The next order: candidates from several sources, ranked by one LambdaRank that learned on earlier orders."""

from __future__ import annotations

from training.next_order.rank import NextOrder, Ranked
from training.next_order.settings import NextOrderSettings

__all__ = ["NextOrder", "NextOrderSettings", "Ranked"]
