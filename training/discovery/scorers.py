"""Scorers of learned methods: what each says of any customer and item."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from training.discovery.settings import CANDIDATES
from training.methods import Learner
from training.methods.ials import IALS
from training.methods.item_knn import ItemKNN
from training.methods.popularity import Popularity
from training.methods.ridge import Ridge
from training.methods.scorer import Constant, Ids, Scorer

Scoring = ItemKNN | Ridge | IALS


def scorer_of(learner: Learner) -> Scorer:
    """Raises TypeError for a method that scores no customers."""
    if isinstance(learner, Scoring):
        return learner.scorer_
    if isinstance(learner, Popularity):
        return Constant(np.log1p(learner.score_))
    raise TypeError(f"{learner.name} does not score items for customers")


def own_best(learner: Learner, bought: csr_matrix, customers: slice) -> Ids:
    """The candidates that a fitted method brings in for some customers (B, any)."""
    if isinstance(learner, Scoring):
        listed: Ids = learner.rows_["item"][customers, :CANDIDATES]
        return listed
    return scorer_of(learner).best(bought[customers], CANDIDATES)[0]
