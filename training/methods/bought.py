"""What methods share that learn one list an item from who bought it: item-kNN, RP3beta, ridge and EASE."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self

import numpy as np
from scipy.sparse import csr_matrix

from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.interest import interest
from training.methods.scorer import Lists, ranked


class FromBought(ABC):
    """`depth`: items ranked for each customer; `events`: what being looked at counts beside being bought, 0 to 1."""

    name: ClassVar[str]
    depth: int
    events: float
    scorer_: Lists

    def fit(self, dataset: Dataset) -> Self:
        purchases = interest(dataset, self.events)
        self.rows_ = ranked(self.learn(purchases), capped(purchases), self.depth, self.name)
        return self

    @abstractmethod
    def learn(self, purchases: csr_matrix) -> Lists:
        """`purchases` (C, N): how many orders of each customer held each item; below 1 for what was looked at."""

    def arrays(self) -> Learned:
        """The lists without their negative weights, which no reason could name, and the rows."""
        speaks_for = self.scorer_.scores > 0
        return {
            "items": np.where(speaks_for, self.scorer_.items, -1).astype(np.int32),
            "scores": np.where(speaks_for, self.scorer_.scores, 0.0).astype(np.float32),
            "rows": self.rows_,
        }


def capped(purchases: csr_matrix) -> csr_matrix:
    """1 for what each customer bought, however often; less, as given, for what was only looked at."""
    out = purchases.copy()
    out.data = np.minimum(out.data, np.float32(1.0))
    return out
