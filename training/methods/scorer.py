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
    """`bought` float32 (B, N): 1 for what each customer bought, less for what was only looked at.

    The same rows give the same scores anywhere.
    """

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        """Each row's best items not bought, (B, depth), best first, -1 padded; only scores > 0."""

    def at(self, bought: csr_matrix, items: Ids) -> Scores:
        """The scores of the given items (B, K), 0 for an item < 0."""


@dataclass(frozen=True, slots=True)
class Lists:
    """score(u, i) = sum_j s_ij x_uj over i's list, with x as of `bought`. `items`, `scores` (N, K), -1 padded."""

    items: Ids
    scores: Scores

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        return product_top_k(bought, self.speaks_for(bought.shape[1]), depth, left_out=owned(bought))

    def speaks_for(self, n_items: int) -> csr_matrix:
        """The lists as a matrix of n_items x those that have a list."""
        filled = self.items >= 0
        row = np.broadcast_to(np.arange(len(self.items))[:, None], self.items.shape)[filled]
        return csr_matrix((self.scores[filled], (self.items[filled], row)), shape=(n_items, len(self.items)))

    def at(self, bought: csr_matrix, items: Ids) -> Scores:
        scores: Scores = _sum_of_bought(*_parts(bought), items, self.items, self.scores)
        return scores

    def strongest(self, bought: csr_matrix, items: Ids) -> Ids:
        """Of what each row bought or looked at, what gives each of the items (B, K) the most; -1 if nothing does."""
        found: Ids = _strongest(*_parts(bought), items, self.items, self.scores, bought.shape[1])[0]
        return found

    def most(self, bought: csr_matrix, items: Ids) -> Scores:
        """How much that gives, 0 where nothing does: what a sum of many small reasons is not."""
        given: Scores = _strongest(*_parts(bought), items, self.items, self.scores, bought.shape[1])[1]
        return given

    def some(self, chosen: NDArray[np.bool_]) -> Lists:
        """The same for the chosen items (N,), and nothing for the others."""
        return Lists(np.where(chosen[:, None], self.items, np.int32(-1)), self.scores)


@dataclass(frozen=True, slots=True)
class Constant:
    """The same score for everybody, such as popularity. `scores` (N,)."""

    scores: Scores

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        blocks = [
            dense_top_k(np.broadcast_to(self.scores, rows.shape), owned(rows), depth)
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


def owned(bought: csr_matrix) -> csr_matrix:
    """What was bought, without what was only looked at."""
    if not (bought.data < 1).any():
        return bought
    kept = bought.copy()
    kept.data = np.where(bought.data < 1, np.float32(0.0), bought.data)
    kept.eliminate_zeros()
    return kept


def only_looked_at(bought: csr_matrix) -> csr_matrix:
    """What was looked at, without what was bought."""
    kept = bought.copy()
    kept.data = np.where(bought.data < 1, bought.data, np.float32(0.0))
    kept.eliminate_zeros()
    return kept


def _parts(bought: csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int32], Scores]:
    return bought.indptr.astype(np.int64), bought.indices.astype(np.int32), bought.data.astype(np.float32)


@numba.njit(parallel=True, nogil=True, cache=True)
def _sum_of_bought(indptr, indices, data, wanted, items, scores):  # type: ignore[no-untyped-def]
    out = np.zeros(wanted.shape, np.float32)
    for piece in numba.prange(PIECES):
        owner, value = np.full(len(items), -1, np.int64), np.zeros(len(items), np.float32)
        for row in range(piece, len(wanted), PIECES):
            for entry in range(indptr[row], indptr[row + 1]):
                owner[indices[entry]], value[indices[entry]] = row, data[entry]
            for place in range(wanted.shape[1]):
                item = wanted[row, place]
                if item < 0:
                    continue
                total = 0.0
                for neighbour in range(items.shape[1]):
                    other = items[item, neighbour]
                    if other < 0:
                        break
                    if owner[other] == row:
                        total += scores[item, neighbour] * value[other]
                out[row, place] = total
    return out


@numba.njit(parallel=True, nogil=True, cache=True)
def _strongest(indptr, indices, data, wanted, items, scores, n_items):  # type: ignore[no-untyped-def]
    out, given = np.full(wanted.shape, -1, np.int32), np.zeros(wanted.shape, np.float32)
    for piece in numba.prange(PIECES):
        owner, value = np.full(n_items, -1, np.int64), np.zeros(n_items, np.float32)
        for row in range(piece, len(wanted), PIECES):
            for entry in range(indptr[row], indptr[row + 1]):
                owner[indices[entry]], value[indices[entry]] = row, data[entry]
            for place in range(wanted.shape[1]):
                item = wanted[row, place]
                if item < 0:
                    continue
                most = 0.0
                for neighbour in range(items.shape[1]):
                    other = items[item, neighbour]
                    # No value is above 1 and the lists descend: what follows gives no more.
                    if other < 0 or scores[item, neighbour] <= most:
                        break
                    if owner[other] == row and scores[item, neighbour] * value[other] > most:
                        most = scores[item, neighbour] * value[other]
                        out[row, place] = other
                given[row, place] = most
    return out, given
