"""LensKit: item-kNN and implicit MF, and EASE where its dense matrix fits; customers alone, as it knows no carts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from files import Answer, Asked, answer
from lenskit.als import ImplicitMFScorer
from lenskit.basic.candidates import TrainingItemsCandidateSelector
from lenskit.batch import recommend
from lenskit.data import from_interactions_df
from lenskit.knn import EASEScorer, ItemKNNScorer
from lenskit.pipeline import RecPipelineBuilder

FACTORS, NEIGHBOURS, EASE_REGULARIZATION = 64, 100, 500.0
# EASE inverts a dense matrix of items by items.
MOST_ITEMS = 5_000


def fitted(make: Callable[[], object]) -> Callable[[Asked], Answer]:
    def fit(asked: Asked) -> Answer:
        bought = asked.bought.tocoo()
        data = from_interactions_df(pd.DataFrame({"user_id": bought.row, "item_id": bought.col, "rating": bought.data}))
        builder = RecPipelineBuilder()
        builder.scorer(make())
        builder.ranker(n=asked.places)
        builder.candidate_selector(TrainingItemsCandidateSelector, {"exclude": None if asked.repeats else "history"})
        pipeline = builder.build()
        pipeline.train(data)
        known = np.intersect1d(np.unique(bought.row), asked.customers)

        def ask() -> np.ndarray:
            by_customer = np.full((asked.bought.shape[0] + 1, asked.places), -1, np.int32)
            for key, items in recommend(pipeline, known.tolist(), n=asked.places, n_jobs=1):
                ids = items.ids()
                by_customer[key.user_id, : len(ids)] = ids
            return by_customer[asked.customers]

        return ask

    return fit


def ease(asked: Asked) -> Answer:
    if asked.bought.shape[1] > MOST_ITEMS:
        raise ValueError(f"left out above {MOST_ITEMS} items")
    return fitted(lambda: EASEScorer(regularization=EASE_REGULARIZATION))(asked)


if __name__ == "__main__":
    answer(
        {
            "LensKit item-kNN": fitted(lambda: ItemKNNScorer(max_nbrs=NEIGHBOURS, feedback="implicit")),
            "LensKit implicit MF": fitted(lambda: ImplicitMFScorer(embedding_size=FACTORS)),
            "LensKit EASE": ease,
        }
    )
