"""The search for the recipe that suits a shop, bounded in time, on a part of the history that the evaluation spares."""

from __future__ import annotations

from training.search.search import Choice, by_hand, choose, search

__all__ = ["Choice", "by_hand", "choose", "search"]
