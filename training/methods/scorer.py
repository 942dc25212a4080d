"""Scorer: a learned way to score items for customers by what they bought; what blends are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from models.slots import Slots, empty_slots
from training.sparse import PIECES, dense_top_k, product_top_k

Ids = NDArray[np.int32]
Scores = NDArray[np.float32]
# Rows of dense scores that are held at once.
BLOCK_VALUES = 30_000_000


class Scorer(Protocol):
    """`bought` float32 (B, N): what each customer bought, in 0/1; the same rows give the same scores anywhere."""

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        """Each row's best items not bought, (B, depth), best first, -1 padded; only scores > 0."""

    def at(self, bought: csr_matrix, items: Ids) -> Scores:
        """The scores of the given items (B, K), 0 for an item < 0."""


@dataclass(frozen=True, slots=True)
class Lists:
    """score(u, i) = the sum of the scores in i's list of what u bought. `items`, `scores` (N, K), -1 padded."""

    items: Ids
    scores: Scores

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        filled = self.items >= 0
        row = np.broadcast_to(np.arange(len(self.items))[:, None], self.items.shape)[filled]
        square = (len(self.items), len(self.items))
        speaks_for = csr_matrix((self.scores[filled], (self.items[filled], row)), shape=square)
        return product_top_k(bought, speaks_for, depth, left_out=bought)

    def at(self, bought: csr_matrix, items: Ids) -> Scores:
        scores: Scores = _sum_of_bought(
            bought.indptr.astype(np.int64), bought.indices.astype(np.int32), items, self.items, self.scores
        )
        return scores

    def strongest_bought(self, bought: csr_matrix, items: Ids) -> Ids:
        """Of what each row bought, what speaks for each of the items (B, K) the most; -1 where nothing does."""
        found: Ids = _first_bought(
            bought.indptr.astype(np.int64), bought.indices.astype(np.int32), items, self.items, self.scores
        )
        return found


@dataclass(frozen=True, slots=True)
class Constant:
    """The same score for everybody, such as popularity. `scores` (N,)."""

    scores: Scores

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        blocks = [
            dense_top_k(np.broadcast_to(self.scores, rows.shape), rows, depth)
            for rows in blocks_of(bought, bought.shape[1])
        ]
        return stacked(blocks, depth)

    def at(self, bought: csr_matrix, items: Ids) -> Scores:  # noqa: ARG002 - the contract of all scorers
        return np.where(items >= 0, self.scores[items], 0.0).astype(np.float32)


def ranked(scorer: Scorer, bought: csr_matrix, depth: int, method: str) -> Slots:
    """Each customer's best items not bought before, SLOT (C, <= depth)."""
    items, scores = scorer.best(bought, min(depth, max(bought.shape[1], 1)))
    slots = empty_slots(*items.shape)
    slots["item"] = items
    slots["score"] = np.where(items >= 0, scores, -np.inf)
    slots["method"] = METHOD_NUMBER[method]
    return slots


def blocks_of(bought: csr_matrix, row_values: int) -> list[csr_matrix]:
    """Row blocks whose dense scores, `row_values` a row, fit in memory."""
    size = max(1, BLOCK_VALUES // max(row_values, 1))
    return [bought[start : start + size] for start in range(0, bought.shape[0], size)]


def stacked(blocks: list[tuple[Ids, Scores]], depth: int) -> tuple[Ids, Scores]:
    if not blocks:
        return np.empty((0, depth), np.int32), np.empty((0, depth), np.float32)
    items, scores = zip(*blocks, strict=True)
    return np.concatenate(items), np.concatenate(scores)


@numba.njit(parallel=True, cache=True)
def _sum_of_bought(indptr, indices, wanted, items, scores):  # type: ignore[no-untyped-def]
    out = np.zeros(wanted.shape, np.float32)
    for piece in numba.prange(PIECES):
        owner = np.full(len(items), -1, np.int64)
        for row in range(piece, len(wanted), PIECES):
            for entry in range(indptr[row], indptr[row + 1]):
                owner[indices[entry]] = row
            for place in range(wanted.shape[1]):
                item = wanted[row, place]
                if item < 0:
                    continue
                total = 0.0
                for neighbour in range(items.shape[1]):
                    if items[item, neighbour] < 0:
                        break
                    if owner[items[item, neighbour]] == row:
                        total += scores[item, neighbour]
                out[row, place] = total
    return out


@numba.njit(parallel=True, cache=True)
def _first_bought(indptr, indices, wanted, items, scores):  # type: ignore[no-untyped-def]
    out = np.full(wanted.shape, -1, np.int32)
    for piece in numba.prange(PIECES):
        owner = np.full(len(items), -1, np.int64)
        for row in range(piece, len(wanted), PIECES):
            for entry in range(indptr[row], indptr[row + 1]):
                owner[indices[entry]] = row
            for place in range(wanted.shape[1]):
                item = wanted[row, place]
                if item < 0:
                    continue
                for neighbour in range(items.shape[1]):
                    if items[item, neighbour] < 0 or scores[item, neighbour] <= 0.0:
                        break
                    if owner[items[item, neighbour]] == row:
                        out[row, place] = items[item, neighbour]
                        break
    return out
