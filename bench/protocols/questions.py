"""Questions: what is asked of every contender, and what was then bought, in rows of one data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.protocols.prepared import Prepared
from models.batch import Batch
from models.ids import IdMap
from models.ragged import Ragged
from training.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Questions:
    """`truth`: items that the history never saw count, as rows beyond all others."""

    batch: Batch
    truth: Ragged

    @classmethod
    def of(cls, prepared: Prepared, dataset: Dataset) -> Self:
        size = len(prepared.asked)
        customers = rows_of(prepared.asked.sort("query")["customer_id"], dataset.customers)
        wanted = prepared.wanted.sort("query")
        items = rows_of(wanted["item_id"], dataset.items)
        unseen = np.where(items < 0, dataset.n_items + np.arange(len(items)), items).astype(np.int32)
        truth = _ragged(wanted["query"].to_numpy(), unseen, size)
        if prepared.anchors is None:
            return cls(Batch.of_customers(customers), truth)
        anchors = prepared.anchors.sort("query")
        rows = rows_of(anchors["item_id"], dataset.items)
        known = rows >= 0
        return cls(Batch.of_anchors(_ragged(anchors["query"].to_numpy()[known], rows[known], size), customers), truth)

    def __len__(self) -> int:
        return len(self.batch)


def rows_of(ids: pl.Series, known: IdMap) -> NDArray[np.int32]:
    """Rows of ids, -1 unknown."""
    return known.rows(ids.cast(pl.String).to_list(), missing=-1)


def _ragged(query: NDArray[np.integer], values: NDArray[np.int32], size: int) -> Ragged:
    """Lists from values sorted by query."""
    return Ragged(np.append(0, np.cumsum(np.bincount(query, minlength=size))).astype(np.int64), values)
