"""ALS, learning: weighted matrix factorisation of customers x items (Hu, Koren, Volinsky 2008), by implicit."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.cut import cut
from models.methods import METHOD_NUMBER
from models.slots import Slots, empty_slots
from training.dataset import Dataset
from training.methods.base import Learned

# implicit pads short answers with item 0 or with scores of about -3.4e38.
LOWEST_REAL_SCORE = -1e30


class ALS:
    name: ClassVar[str] = "als"

    def __init__(
        self,
        factors: int = 64,
        regularization: float = 0.05,
        alpha: float = 2.0,
        iterations: int = 10,
        depth: int = 100,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        self.factors = factors
        self.regularization = regularization
        self.alpha = alpha
        self.iterations = iterations
        self.depth = depth
        self.seed = seed
        self.threads = threads

    def fit(self, dataset: Dataset) -> Self:
        purchases = dataset.purchases()
        confidence = purchases.copy()
        confidence.data = (1.0 + self.alpha * np.log1p(confidence.data)).astype(np.float32)
        model = AlternatingLeastSquares(
            factors=min(self.factors, max(1, min(purchases.shape) - 1)),
            regularization=self.regularization,
            alpha=1.0,
            iterations=self.iterations,
            random_state=self.seed,
            num_threads=self.threads,
            calculate_training_loss=False,
        )
        model.fit(confidence, show_progress=False)
        self.rows_ = best_unbought(model, purchases, self.depth)
        self.factors_ = whitened(model.item_factors, self.regularization)
        return self

    def arrays(self) -> Learned:
        return {"rows": self.rows_, "factors": self.factors_}


def best_unbought(model: AlternatingLeastSquares, purchases: csr_matrix, depth: int) -> Slots:
    """Each customer's best items not bought before, of those that anybody bought, SLOT (C, depth)."""
    customers = np.arange(purchases.shape[0])
    slots = empty_slots(len(customers), min(depth, purchases.shape[1]))
    if not slots.size:
        return slots
    items, scores = model.recommend(customers, purchases, N=slots.shape[1], filter_already_liked_items=True)
    real = (items >= 0) & np.isfinite(scores) & (scores > LOWEST_REAL_SCORE)
    real &= np.diff(purchases.indptr)[:, None] > 0
    real &= np.bincount(purchases.indices, minlength=purchases.shape[1])[items] > 0
    real &= _first_of_its_kind(items)
    slots["item"], slots["score"], slots["method"] = items, scores, METHOD_NUMBER[ALS.name]
    return cut(slots, real, slots.shape[1])


def _first_of_its_kind(items: NDArray[np.int32]) -> NDArray[np.bool_]:
    """False where an item stands in its row already (implicit pads with item 0)."""
    order = np.argsort(items, axis=1, kind="stable")
    ordered = np.take_along_axis(items, order, axis=1)
    fresh = np.ones(items.shape, np.bool_)
    fresh[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    out = np.empty_like(fresh)
    np.put_along_axis(out, order, fresh, axis=1)
    return out


def whitened(factors: NDArray[np.float32], regularization: float) -> NDArray[np.float32]:
    """Y (Y'Y + reg I)^-1/2, so that inner products are first-order contributions. (N, f) float32."""
    gram = factors.T.astype(np.float64) @ factors + max(regularization, 1e-6) * np.eye(factors.shape[1])
    values, vectors = np.linalg.eigh(gram)
    return np.ascontiguousarray(factors @ (vectors / np.sqrt(values)), dtype=np.float32)
