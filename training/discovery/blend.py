"""Blend: candidates of several scorers, each one's scores standardised within the customer and summed by weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from models.slots import EMPTY, Slots
from training.methods.scorer import Ids, Scorer, Scores


class Pool(NamedTuple):
    """`items` int32 (B, K): distinct candidates, -1 padded; `scores` float32 (B, K, S): of each scorer."""

    items: Ids
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, scorers: Sequence[Scorer], bought: csr_matrix, best: Sequence[Ids]) -> Self:
        """The union of `best`, each (B, any), scored by every scorer."""
        items = distinct(np.concatenate(best, axis=1))
        return cls(items, np.stack([scorer.at(bought, items) for scorer in scorers], axis=2))

    def standardised(self) -> NDArray[np.float32]:
        """What each scorer says, see standardised(). (B, K, S)"""
        return standardised(self.items[:, :, None], self.scores)

    def slots(self, parts: NDArray[np.float32], total: Scores, methods: Sequence[str], depth: int) -> Slots:
        """The best candidates by `total` (B, K), SLOT (B, <= depth), ties by item.

        The method is the one that gave an item most of `parts` (B, K, S), what each scorer gives to the blend.
        """
        total = np.where(self.items >= 0, total, -np.inf)
        order = np.argsort(-total, axis=1, kind="stable")[:, :depth]
        numbers = np.array([METHOD_NUMBER[name] for name in methods], np.uint8)
        given = np.where(self.scores > 0, parts, -np.inf).argmax(axis=2)
        slots = np.full(order.shape, EMPTY)
        slots["item"] = np.take_along_axis(self.items, order, axis=1)
        slots["score"] = np.take_along_axis(total, order, axis=1)
        slots["method"] = np.where(slots["item"] >= 0, numbers[np.take_along_axis(given, order, axis=1)], 0)
        return slots


def standardised(items: Ids, scores: Scores) -> Scores:
    """(score - mean) / standard deviation over a row's candidates (axis 1, `items` >= 0), 0 where nothing stands."""
    real = items >= 0
    count = np.maximum(real.sum(axis=1, keepdims=True), 1)
    mean = (scores * real).sum(axis=1, keepdims=True) / count
    centred = (scores - mean) * real
    deviation = np.sqrt((centred**2).sum(axis=1, keepdims=True) / count)
    scaled: Scores = (centred / np.maximum(deviation, 1e-9)).astype(np.float32)
    return scaled


def distinct(items: Ids) -> Ids:
    """Each row's distinct items, ascending, -1 padded at the end; as wide as the longest row."""
    items = np.sort(items, axis=1)
    items[:, 1:][items[:, 1:] == items[:, :-1]] = -1
    width = int((items >= 0).sum(axis=1).max(initial=0))
    # As unsigned numbers the padding is the largest.
    return np.ascontiguousarray(np.sort(items.view(np.uint32), axis=1).view(np.int32)[:, :width])
