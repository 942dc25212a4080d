"""Scorers of learned methods: what each says of any customer and item."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.discovery.settings import CANDIDATES, COLD, TRENDING
from training.methods import Learner
from training.methods.content import Content
from training.methods.ease import EASE
from training.methods.ials import IALS
from training.methods.item_knn import ItemKNN
from training.methods.looked_at import LookedAt
from training.methods.popularity import Popularity
from training.methods.ridge import Ridge
from training.methods.rp3beta import RP3Beta
from training.methods.scorer import Constant, Ids, Lists, Scorer, Scores, only_looked_at
from training.sparse import diagonal, product_at, product_top_k

Scoring = ItemKNN | RP3Beta | Ridge | EASE | IALS | Content


class Looked:
    """score(u, i) = how much u, who has not bought i, is interested in it: the entries below 1."""

    def best(self, bought: csr_matrix, depth: int) -> tuple[Ids, Scores]:
        return product_top_k(only_looked_at(bought), diagonal(bought.shape[1]), depth)

    def at(self, bought: csr_matrix, items: Ids) -> Scores:
        row = np.repeat(np.arange(len(items)), items.shape[1])
        said = product_at(only_looked_at(bought), diagonal(bought.shape[1]), row, np.maximum(items, 0).ravel())
        return np.where(items >= 0, said.reshape(items.shape), np.float32(0.0))


# An item of fewer buyers than this is cold: who bought it says little about it.
COLD_BUYERS = 5


def scorer_of(learner: Learner) -> Scorer:
    """Raises TypeError for a method that scores no customers."""
    if isinstance(learner, Scoring):
        return learner.scorer_
    if isinstance(learner, LookedAt):
        return Looked()
    if isinstance(learner, Popularity):
        return of_sales(learner.score_)
    raise TypeError(f"{learner.name} does not score items for customers")


def part_of(name: str, learners: Mapping[str, Learner], bought: csr_matrix) -> Scorer:
    """The scorer of one part of a blend: of a method, of content for cold items alone, or of what sells now."""
    learner = learners[method_of(name)]
    if name == TRENDING and isinstance(learner, Popularity):
        return of_sales(learner.trend_score_)
    scorer = scorer_of(learner)
    return of_cold(scorer, bought) if name == COLD and isinstance(scorer, Lists) else scorer


def method_of(name: str) -> str:
    """The method that answers for a part of a blend."""
    return {COLD: Content.name, TRENDING: Popularity.name}.get(name, name)


def of_sales(sales: NDArray[np.float32]) -> Constant:
    """The same for everyone: what sells more scores more, ever less so."""
    return Constant(np.log1p(sales))


def of_cold(scorer: Lists, bought: csr_matrix) -> Lists:
    """The same for items that hardly anybody bought, nothing for others."""
    return scorer.some(cold_items(bought))


def cold_items(bought: csr_matrix) -> NDArray[np.bool_]:
    cold: NDArray[np.bool_] = np.bincount(bought.indices[bought.data >= 1], minlength=bought.shape[1]) < COLD_BUYERS
    return cold


def own_best(name: str, learners: Mapping[str, Learner], bought: csr_matrix, customers: slice) -> Ids:
    """The candidates that a part of a blend brings in for some customers (B, any)."""
    learner = learners.get(name)
    if isinstance(learner, Scoring):
        listed: Ids = learner.rows_["item"][customers, :CANDIDATES]
        return listed
    return part_of(name, learners, bought).best(bought[customers], CANDIDATES)[0]
