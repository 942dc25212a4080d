"""Rivals: what else a shop could show: own frequency, plain and decayed, best sellers, and implicit's models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.peers.ask import answers
from bench.shops_quality.known import Known
from bench.shops_quality.product import LIMIT
from training.evaluation.metrics import Shown

# Days, or orders where times are positions, after which a purchase or a sale counts half.
OWN_HALF_LIVES = {"own frequency": np.inf, "own frequency, decayed": 60.0, "own frequency, decayed fast": 20.0}
SOLD_HALF_LIVES = {"popularity": np.inf, "recent popularity": 14.0}
# What own purchases count beside any sales, so that these break ties and fill up alone.
FIRST = 1e9


def rivals(known: Known, asked: NDArray[np.int64], *, task: str, cache: Path) -> Iterator[tuple[str, Shown]]:
    """`task` new: nothing bought before is shown; again: nothing else."""
    bought = known.bought()
    sold = {name: np.asarray(known.bought(life).sum(axis=0)).ravel() for name, life in SOLD_HALF_LIVES.items()}
    own = known.bought()[asked].toarray() > 0
    if task != "again":
        for name, sales in sold.items():
            yield name, best(np.tile(sales, (len(asked), 1)), hidden=own if task == "new" else None)
    if task != "new":
        for name, life in OWN_HALF_LIVES.items():
            mine = known.bought(life)[asked].toarray()
            for by, sales in sold.items() if name == "own frequency, decayed" else [("popularity", sold["popularity"])]:
                score = FIRST * mine + sales / sales.max()
                yield f"{name} > {by}", best(score, hidden=~own if task == "again" else None)
    if task != "again":
        told = _told(bought, asked, repeats=task != "new")
        yield from ((name, shown) for name, shown, *_ in answers(told, cache, ("implicit",)))


def best(scores: NDArray[np.float64], hidden: NDArray[np.bool_] | None = None) -> Shown:
    """The LIMIT largest of each row, of equal ones the first."""
    scores = scores if hidden is None else np.where(hidden, -np.inf, scores)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :LIMIT]
    kept = np.take_along_axis(scores, order, axis=1) > -np.inf
    shown = np.full((len(scores), LIMIT), -1, np.int32)
    shown[:, : order.shape[1]] = np.where(kept, order, -1)
    return shown


def _told(bought: csr_matrix, asked: NDArray[np.int64], *, repeats: bool) -> dict[str, NDArray[Any]]:
    """As bench/peers/scripts/files.py reads it."""
    entries = bought.tocoo()
    return {
        "shape": np.array([*bought.shape, 0]),
        "customer": entries.row,
        "item": entries.col,
        "count": entries.data,
        "order": np.empty(0, np.int64),
        "order_item": np.empty(0, np.int64),
        "asked": asked,
        "anchors": np.empty(0, np.int32),
        "anchor_indptr": np.zeros(len(asked) + 1, np.int64),
        "cart": np.array(False),
        "repeats": np.array(repeats),
        "places": np.array(LIMIT),
    }
