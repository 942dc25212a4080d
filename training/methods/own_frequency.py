"""Own frequency, learning: the orders of each customer with each item, the later ones counting more."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.pairs import Pairs, purchase_pairs, strongest
from training.methods.popularity import decayed_sales

# The most items of a customer that are kept, the strongest first.
DEPTH = 200
# Popularity only breaks ties: at most this share of one purchase.
TIE_BREAK = 0.05


class OwnFrequency:
    """score = orders with the item, each halved every `half_life` days, or orders; best sellers break ties."""

    name: ClassVar[str] = "own_frequency"

    def __init__(self, half_life: float = 60.0, depth: int = DEPTH) -> None:
        self.half_life = half_life
        self.depth = depth

    def fit(self, dataset: Dataset) -> Self:
        pairs = purchase_pairs(dataset, self.half_life)
        score = counted(dataset, pairs, self.half_life)
        kept, self.indptr_ = strongest(score, pairs.customer, dataset.n_customers, self.depth)
        self.items_, self.scores_ = pairs.item[kept], score[kept].astype(np.float32)
        return self

    def arrays(self) -> Learned:
        return {"items": self.items_, "scores": self.scores_, "indptr": self.indptr_}


def counted(dataset: Dataset, pairs: Pairs, half_life: float) -> NDArray[np.float64]:
    """The score of each pair, (P,)."""
    popular = decayed_sales(dataset, half_life).astype(np.float64)
    share = TIE_BREAK * popular[pairs.item] / max(float(popular.max(initial=0.0)), 1e-9)
    score: NDArray[np.float64] = pairs.strength + share
    return score
