"""RecTools: EASE where its dense matrix fits, item-kNN by TF-IDF, and ALS; customers alone, since it knows no carts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from files import Answer, Asked, answer
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import TFIDFRecommender
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel, ImplicitALSWrapperModel, ImplicitItemKNNWrapperModel

FACTORS, SEED, NEIGHBOURS = 64, 0, 100
# EASE inverts a dense matrix of items by items.
MOST_ITEMS = 5_000


def fitted(make: Callable[[], object]) -> Callable[[Asked], Answer]:
    def fit(asked: Asked) -> Answer:
        bought = asked.bought.tocoo()
        table = pd.DataFrame(
            {Columns.User: bought.row, Columns.Item: bought.col, Columns.Weight: bought.data, Columns.Datetime: 0}
        )
        table[Columns.Datetime] = pd.Timestamp("2020-01-01")
        dataset = Dataset.construct(table)
        model = make()
        model.fit(dataset)  # type: ignore[attr-defined]
        known = np.intersect1d(np.unique(bought.row), asked.customers)

        def ask() -> np.ndarray:
            found = model.recommend(known, dataset, k=asked.places, filter_viewed=not asked.repeats)  # type: ignore[attr-defined]
            by_customer = np.full((asked.bought.shape[0] + 1, asked.places), -1, np.int32)
            by_customer[found[Columns.User], found[Columns.Rank] - 1] = found[Columns.Item]
            return by_customer[asked.customers]

        return ask

    return fit


def ease(asked: Asked) -> Answer:
    if asked.bought.shape[1] > MOST_ITEMS:
        raise ValueError(f"left out above {MOST_ITEMS} items")
    return fitted(lambda: EASEModel(regularization=500.0))(asked)


if __name__ == "__main__":
    answer(
        {
            "RecTools EASE": ease,
            "RecTools item-kNN": fitted(
                lambda: ImplicitItemKNNWrapperModel(TFIDFRecommender(K=NEIGHBOURS, num_threads=1))
            ),
            "RecTools ALS": fitted(
                lambda: ImplicitALSWrapperModel(
                    AlternatingLeastSquares(factors=FACTORS, random_state=SEED, num_threads=1)
                )
            ),
        }
    )
