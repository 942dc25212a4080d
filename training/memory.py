"""Memory: what one run has learned already, so that nothing is learned twice from the same purchases."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Learned = TypeVar("Learned")


class Memory:
    """Keys name all that the learning depends on: what is recalled equals what would be learned again."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def recall(self, key: Hashable, learn: Callable[[], Learned]) -> Learned:
        """What `learn` returned when the key was first asked for."""
        if key not in self._known:
            self._known[key] = learn()
        found: Learned = self._known[key]
        return found

    def take(self, key: Hashable, learn: Callable[[], Learned]) -> Learned:
        """As `recall`, for the last time: nothing is remembered of it any longer."""
        found: Learned = self._known.pop(key) if key in self._known else learn()
        return found
