"""Usual: what a customer usually buys and the shop usually sells, as a basket is completed with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.batch import Batch
from models.methods.basket import links
from models.ragged import Ragged
from training.dataset import Dataset
from training.methods.base import Learned
from training.methods.habits import habits
from training.methods.pairs import Pairs, purchase_pairs, repeat_shares
from training.methods.popularity import decayed_sales
from training.sparse import keep_largest

# How fast purchases fade, in the shop's unit: slowly, and quickly; and how fast sales do.
HALF_LIVES = {"day": (60.0, 20.0), "order": (8.0, 2.0)}
SALES_HALF_LIFE = {"day": 30.0, "order": 1.0}
LINKS, OWN = 6, 7
# The likeliest own purchases that are kept of a customer.
KEPT = 100


class Usual(NamedTuple):
    """`link_weights` (LINKS,), `item_scores` (N,): as models.methods.basket takes them; `own` (C, N): of purchases."""

    link_weights: NDArray[np.float32]
    own: csr_matrix
    item_scores: NDArray[np.float32]

    def arrays(self) -> Learned:
        """Where all own purchases weigh nothing there are none."""
        kept = self.own if self.own.nnz and self.own.data.any() else csr_matrix(self.own.shape, dtype=np.float32)
        return {
            "own_indptr": kept.indptr.astype(np.int64),
            "own_items": kept.indices.astype(np.int32),
            "own_scores": kept.data.astype(np.float32),
            "link_weights": self.link_weights,
            "item_scores": self.item_scores,
        }


def usual(dataset: Dataset, weights: NDArray[np.float64]) -> Usual:
    """`weights` (LINKS + OWN + 2,): of links, own purchases and items, in this order."""
    links, own, items = np.split(weights, [LINKS, LINKS + OWN])
    pairs = purchase_pairs(dataset, HALF_LIVES[dataset.unit][0])
    score = own_features(dataset, pairs) @ own
    # Zeros would be left out, and so would scores below those of unknown items; neither is a habit.
    kept = np.maximum(score, 0.0).astype(np.float32)
    shape = (dataset.n_customers, dataset.n_items)
    matrix = csr_matrix((kept, (pairs.customer, pairs.item)), shape=shape)
    matrix.eliminate_zeros()
    return Usual(
        links.astype(np.float32), keep_largest(matrix, KEPT), (item_features(dataset) @ items).astype(np.float32)
    )


def own_features(dataset: Dataset, pairs: Pairs) -> NDArray[np.float64]:
    """How often and how lately each pair was bought, how often others buy it again, how it sells; (P, OWN)."""
    quickly = purchase_pairs(dataset, HALF_LIVES[dataset.unit][1])
    habit = np.asarray(habits(dataset)[pairs.customer, pairs.item]).ravel()
    columns = [
        np.ones(len(pairs.item)),
        np.log(habit + 1e-3),
        np.log(np.maximum(pairs.count, 1)),
        np.log(pairs.strength + 1e-3),
        np.log(quickly.strength + 1e-3),
        np.log(repeat_shares(pairs, dataset.n_items))[pairs.item],
        item_features(dataset)[pairs.item, 0],
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def item_features(dataset: Dataset) -> NDArray[np.float64]:
    """How each item sells lately, and altogether; (N, 2)."""
    lately = decayed_sales(dataset, SALES_HALF_LIFE[dataset.unit])
    ever = np.bincount(dataset.lines.item, minlength=dataset.n_items)
    return np.stack([np.log(lately + 0.1), np.log(ever + 1.0)], axis=1)


class Lessons(NamedTuple):
    """What queries choose among, ascending by query and item: `features` (n, LINKS + OWN + 2), the others (n,)."""

    query: NDArray[np.int64]
    item: NDArray[np.int64]
    features: NDArray[np.float64]
    chosen: NDArray[np.bool_]


def lessons(
    dataset: Dataset,
    associations: Learned,
    batch: Batch,
    hidden: NDArray[np.integer],
    share: float = 1.0,
    seed: int = 0,
) -> Lessons:
    """What anchors link to or the customer owns, where the hidden item is among it, and a `share` of the others."""
    n_items = dataset.n_items
    generator = np.random.default_rng(seed)
    of_item, of_query = generator.random(n_items), generator.random(len(batch))

    def drawn(query: NDArray[np.integer], item: NDArray[np.integer]) -> NDArray[np.bool_]:
        """The same of a pair wherever it is met."""
        kept: NDArray[np.bool_] = ((of_item[item] + of_query[query]) % 1.0 < share) | (item == hidden[query])
        return kept

    linked = links(associations["items"], [associations["scores"], associations["ridge"]], batch.anchors)
    kept_links = drawn(linked.query, linked.item)
    pairs = purchase_pairs(dataset, HALF_LIVES[dataset.unit][0])
    begin = np.searchsorted(pairs.customer, np.arange(dataset.n_customers + 1))
    spans = Ragged(begin, pairs.item).spans(batch.customers)
    kept_own = drawn(spans.queries(), pairs.item[spans.values])
    own = spans.values[kept_own]
    of_links = (linked.query * n_items + linked.item)[kept_links]
    of_own = spans.queries()[kept_own].astype(np.int64) * n_items + pairs.item[own]
    excluded = batch.exclude.queries().astype(np.int64) * n_items + batch.exclude.values
    keys = np.setdiff1d(np.union1d(of_links, of_own), excluded)
    reached = np.isin(np.arange(len(batch)) * n_items + hidden, keys)
    keys = keys[reached[keys // n_items]]
    query, item = np.divmod(keys, n_items)
    features = np.zeros((len(keys), LINKS + OWN + 2))
    _put(features[:, :LINKS], keys, of_links, linked.features[kept_links])
    _put(features[:, LINKS : LINKS + OWN], keys, of_own, own_features(dataset, pairs)[own])
    features[:, LINKS + OWN :] = item_features(dataset)[item]
    return Lessons(query, item, features, item == hidden[query])


def _put(
    out: NDArray[np.float64], keys: NDArray[np.int64], known: NDArray[np.int64], values: NDArray[np.floating]
) -> None:
    """Writes the values of known keys where those stand among ascending `keys`."""
    place = np.searchsorted(keys, known)
    found = keys.take(place, mode="clip") == known if len(keys) else np.zeros(len(known), np.bool_)
    out[place[found]] = values[found]
