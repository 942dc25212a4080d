"""Looked at, learning: what each customer looked at lately and has not bought."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.interest import looks
from training.methods.pairs import strongest


class LookedAt:
    """score = the strength of interest, 0..1, of the last weeks' events."""

    name: ClassVar[str] = "looked_at"

    def __init__(self, depth: int = 100) -> None:
        self.depth = depth

    def fit(self, dataset: Dataset) -> Self:
        found = looks(dataset)
        kept, indptr = strongest(found.strength, found.customer, dataset.n_customers, self.depth)
        self.indptr_ = indptr
        self.items_ = found.item[kept]
        self.scores_ = found.strength[kept]
        self.times_ = found.times[kept]
        return self

    def arrays(self) -> Learned:
        return {
            "indptr": self.indptr_,
            "items": self.items_.astype(np.int32),
            "scores": self.scores_,
            "times": self.times_,
        }
