"""iALS, learning: matrix factorisation of all customers x items with L2 scaled by frequency.

Hu, Koren, Volinsky (2008), revisited by Rendle, Krichene, Zhang, Koren (2022): it minimises
sum_bought (1 - u.v)^2 + unobserved_weight sum_all (u.v)^2 + sum_u regularization (n_u + unobserved_weight N) |u|^2
+ the same over items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.bought import capped
from training.methods.cholesky import solve_positive
from training.methods.interest import interest
from training.methods.item_knn import TEACHING_ITEMS
from training.methods.scorer import Ids, Scores, blocks_of, owned, ranked, stacked
from training.sparse import PIECES, dense_top_k, keep_largest

Factors = NDArray[np.float32]
# Scale of the first random factors, of their norm.
FIRST_NORM = 0.1
# Rows of customers times items that are scored at once.
PAIR_VALUES = 20_000_000


@dataclass(frozen=True, slots=True)
class Taste:
    """score(u, i) = u . v_i, where u is solved from what the customer bought. `factors` (N, d)."""

    factors: Factors
    unobserved_weight: float
    regularization: float

    def customers(self, bought: csr_matrix) -> Factors:
        return half_step(bought, self.factors, self.unobserved_weight, self.regularization)

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        blocks = blocks_of(bought, bought.shape[1])
        items = self.factors.T
        return stacked([dense_top_k(self.customers(rows) @ items, owned(rows), depth) for rows in blocks], depth)

    def at(self, bought: csr_matrix, items: Ids) -> Scores:
        out = np.zeros(items.shape, np.float32)
        customers = self.customers(bought)
        size = max(1, PAIR_VALUES // max(items.shape[1] * self.factors.shape[1], 1))
        for start in range(0, len(items), size):
            block = slice(start, start + size)
            out[block] = np.einsum("bkd,bd->bk", self.factors[items[block]], customers[block])
        return np.where(items >= 0, out, 0.0).astype(np.float32)


class IALS:
    name: ClassVar[str] = "ials"

    def __init__(
        self,
        factors: int = 128,
        unobserved_weight: float = 0.003,
        regularization: float = 0.01,
        iterations: int = 5,
        depth: int = 100,
        events: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.factors = factors
        self.unobserved_weight = unobserved_weight
        self.regularization = regularization
        self.iterations = iterations
        self.depth = depth
        self.events = events
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        purchases = interest(dataset, self.events)
        self.rows_ = ranked(self.learn(purchases), capped(purchases), self.depth, self.name)
        return self

    def learn(self, purchases: csr_matrix) -> Taste:
        """`purchases` (C, N): how many orders of each customer held each item; below 1 for what was looked at."""
        taught = capped(keep_largest(purchases, TEACHING_ITEMS))
        buyers = taught.T.tocsr()
        generator = np.random.default_rng(self.seed)
        scale = FIRST_NORM / np.sqrt(self.factors)
        items = (generator.standard_normal((taught.shape[1], self.factors)) * scale).astype(np.float32)
        for _ in range(self.iterations):
            customers = half_step(taught, items, self.unobserved_weight, self.regularization)
            items = half_step(buyers, customers, self.unobserved_weight, self.regularization)
        self.scorer_ = Taste(items, self.unobserved_weight, self.regularization)
        return self.scorer_

    def arrays(self) -> Learned:
        return {"rows": self.rows_, "factors": whitened(self.scorer_)}


def whitened(taste: Taste) -> Factors:
    """V (w V'V + reg I)^-1/2, so that inner products are first-order contributions. (N, d)."""
    factors = taste.factors.astype(np.float64)
    values, vectors = np.linalg.eigh(factors.T @ factors)
    scale = np.sqrt(taste.unobserved_weight * np.maximum(values, 0.0) + taste.regularization)
    return np.ascontiguousarray(factors @ (vectors / scale), dtype=np.float32)


def half_step(bought: csr_matrix, fixed: Factors, unobserved_weight: float, regularization: float) -> Factors:
    """The best factors (B, d) of the rows of `bought` (B, M), given those of its columns, `fixed` (M, d).

    An entry of `bought` is how much it counts: an error where something was only looked at weighs less.
    """
    values, vectors = np.linalg.eigh(fixed.T.astype(np.float64) @ fixed)
    turn = vectors.astype(np.float32)
    degree = np.diff(bought.indptr)
    ridge = regularization * (degree + unobserved_weight * bought.shape[1])
    solved = _solve(
        bought.indptr.astype(np.int64),
        bought.indices.astype(np.int32),
        bought.data.astype(np.float32),
        np.ascontiguousarray(fixed @ turn),
        unobserved_weight * np.maximum(values, 0.0),
        ridge.astype(np.float64),
    )
    return np.ascontiguousarray(solved @ turn.T)


@numba.njit(parallel=True, nogil=True, cache=True)
def _solve(indptr, indices, data, fixed, spectrum, ridge):  # type: ignore[no-untyped-def]
    out = np.zeros((len(indptr) - 1, fixed.shape[1]), np.float32)
    for piece in numba.prange(PIECES):
        for row in range(piece, len(out), PIECES):
            start, stop = indptr[row], indptr[row + 1]
            if stop > start:
                _solve_row(fixed, indices[start:stop], data[start:stop], spectrum, ridge[row], out[row])
    return out


@numba.njit(cache=True)
def _solve_row(fixed, taken, counts, spectrum, ridge, out):  # type: ignore[no-untyped-def]
    """Where V'V is diagonal: (W'CW + D)^-1 W'C1 for the rows W of `fixed` that were bought, D = spectrum + ridge.

    With fewer rows than factors by Woodbury: D^-1 W' (C^-1 + W D^-1 W')^-1 1.
    """
    rows, factors = len(taken), len(spectrum)
    bought = np.empty((rows, factors), np.float32)
    for row in range(rows):
        for factor in range(factors):
            bought[row, factor] = fixed[taken[row], factor]
    if rows < factors:
        scaled = np.empty((rows, factors), np.float32)
        for row in range(rows):
            for factor in range(factors):
                scaled[row, factor] = bought[row, factor] / (spectrum[factor] + ridge)
        inner = np.dot(scaled, bought.T)
        share = np.ones(rows, np.float32)
        for row in range(rows):
            inner[row, row] += np.float32(1.0) / counts[row]
        solve_positive(inner, share, np.float32(1.0))
        for row in range(rows):
            for factor in range(factors):
                out[factor] += share[row] * scaled[row, factor]
    else:
        counted = np.empty((rows, factors), np.float32)
        for row in range(rows):
            for factor in range(factors):
                counted[row, factor] = counts[row] * bought[row, factor]
        gram = np.dot(counted.T, bought)
        for factor in range(factors):
            gram[factor, factor] += np.float32(spectrum[factor] + ridge)
            for row in range(rows):
                out[factor] += counted[row, factor]
        solve_positive(gram, out, np.float32(ridge))
