"""Arrivals, learning: which of the items that are new in the shop suit each customer, by what they are like."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from models.methods import METHOD_NUMBER
from models.reasons import Code
from models.slots import Slots, empty_slots
from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.bought import capped
from training.methods.content import Alike
from training.methods.popularity import HALF_LIFE, decayed_sales, new_arrivals
from training.methods.scorer import Ids, Lists, owned
from training.sparse import product_top_k

# Sold items that speak for each new one.
NEIGHBOURS = 200


class Arrivals:
    """As content scores, over the new items alone; whose customers have nothing in common with them is left out."""

    name: ClassVar[str] = "arrivals"

    def __init__(self, neighbours: int = NEIGHBOURS, depth: int = 50, seed: int = 0) -> None:
        self.neighbours = neighbours
        self.depth = depth
        self.seed = seed

    def fit(self, dataset: Dataset) -> Self:
        new = new_arrivals(dataset, dataset.catalogue(), decayed_sales(dataset, HALF_LIFE))
        alike = Alike.of(dataset, self.seed)
        sold = np.bincount(dataset.lines.item, minlength=dataset.n_items) > 0
        lists = Lists(*alike.nearest(new, sold, self.neighbours))
        bought = capped(dataset.purchases())
        left_out = owned(bought)[:, new]
        place, scores = product_top_k(bought, lists.speaks_for(dataset.n_items), self.depth, left_out=left_out)
        self.rows_ = empty_slots(*place.shape)
        filled = place >= 0
        self.rows_["item"][filled] = new[place[filled]]
        self.rows_["score"][filled] = scores[filled]
        self.rows_["method"] = METHOD_NUMBER[self.name]
        explain(self.rows_, lists.strongest(bought, place), alike)
        return self

    def arrays(self) -> Learned:
        return {"rows": self.rows_}


def explain(rows: Slots, evidence: Ids, alike: Alike) -> None:
    """In what each item is like the one of the customer's that speaks for it the most, in place."""
    told = (rows["item"] >= 0) & (evidence >= 0)
    rows["evidence"][told] = evidence[told]
    rows["code"][told] = Code.ALIKE_BOUGHT
    rows["n1"][told] = alike.shared(rows["item"][told], evidence[told][:, None])[:, 0]
