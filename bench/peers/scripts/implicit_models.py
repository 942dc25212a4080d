"""implicit: ALS, BPR, and item-kNN by cosine and BM25, with their defaults but for one thread and 64 factors."""

from __future__ import annotations

import numpy as np
from files import Answer, Asked, answer
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

FACTORS, SEED, NEIGHBOURS = 64, 0, 100


def shown(model: object, asked: Asked, users: np.ndarray, **more: object) -> np.ndarray:
    """Only ids that are real, with a finite score above what implicit pads with."""
    places = min(asked.places, asked.bought.shape[1])
    filtered = asked.cart or not asked.repeats
    ids, scores = model.recommend(users, asked.rows, N=places, filter_already_liked_items=filtered, **more)  # type: ignore[attr-defined]
    kept = (ids >= 0) & np.isfinite(scores) & (scores > -1e30)
    out = np.full((len(users), asked.places), -1, np.int32)
    out[:, : ids.shape[1]] = np.where(kept, ids, -1)
    return out


def neighbours(kind: type) -> object:
    def fit(asked: Asked) -> Answer:
        model = kind(K=NEIGHBOURS, num_threads=1)
        model.fit(asked.taught, show_progress=False)
        return lambda: shown(model, asked, np.arange(asked.rows.shape[0]))

    return fit


def als(asked: Asked) -> Answer:
    model = AlternatingLeastSquares(factors=FACTORS, random_state=SEED, num_threads=1)
    model.fit(asked.taught, show_progress=False)
    return lambda: shown(model, asked, np.arange(asked.rows.shape[0]), recalculate_user=True)


def bpr(asked: Asked) -> Answer:
    """Knows its own customers alone, so carts and unknown customers get nothing."""
    model = BayesianPersonalizedRanking(factors=FACTORS, random_state=SEED, num_threads=1)
    model.fit(asked.bought, show_progress=False)

    def ask() -> np.ndarray:
        out = shown(model, asked, np.maximum(asked.customers, 0))
        out[asked.customers < 0] = -1
        return out

    return ask


if __name__ == "__main__":
    answer(
        {
            "implicit ALS": als,
            "implicit BPR": bpr,
            "implicit cosine": neighbours(CosineRecommender),
            "implicit BM25": neighbours(BM25Recommender),
        }
    )
