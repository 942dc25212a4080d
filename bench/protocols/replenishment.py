"""Replenishment on the Complete Journey: will this household buy this item again within 14 days?"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.protocols.complete_journey import cut
from bench.protocols.fit import Terms, fit
from bench.protocols.global_cut import DAYS
from bench.protocols.measure import prepared_parts
from bench.protocols.outcome import Contender, Figure, Outcome
from bench.protocols.prepared import Prepared, numbered
from bench.protocols.questions import Questions
from models.batch import Batch
from models.model import Model
from models.ragged import Ragged
from training.dataset import Dataset
from training.evaluation.bootstrap import LEVEL, Bootstrap
from training.evaluation.metrics import ndcg_whole_at_k
from training.methods.pairs import Pairs, purchase_pairs

HORIZON_DAYS = 14
FEWEST_ORDERS = 2
PLACES = 10
BINS = 10
METRICS = ("AUC", f"NDCG@{PLACES}", "Calibration error")
PRODUCT = "product"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Replenishment:
    """A protocol answered by probabilities; fields as of Ranking."""

    name: str
    title: str
    split: str


def prepare(_data: Path) -> Iterator[tuple[str, Prepared]]:
    """All that each household of the history buys within the horizon; the history is that of cj-global-cut."""
    shop = cut(DAYS)
    known = shop.after.join(shop.history.select("customer_id").unique(), on="customer_id", how="semi")
    soon = known.filter(pl.col("day") < HORIZON_DAYS).select("customer_id", "item_id").unique()
    wanted = numbered(soon, ["customer_id"])
    asked = wanted.select("query", "customer_id").unique().sort("query")
    yield "all", Prepared(shop.history, asked, wanted.select("query", "item_id"), shop.items)


PROTOCOL = Replenishment(
    name="replenishment-cj",
    title="Replenishment, Complete Journey",
    split=f"The cut and the training of cj-global-cut. Asked: every pair of a household and an item that it bought in "
    f"{FEWEST_ORDERS} orders or more; wanted: whether it buys it within {HORIZON_DAYS} days after the cut.",
)
DEFINITIONS = {
    METRICS[0]: "of all pairs together",
    METRICS[1]: "of the due list, a household's own pairs by score, beside the whole of what it buys of them",
    METRICS[2]: f"over {BINS} bins of equally many pairs, the mean distance between probability and outcome",
}


def measure(protocol: Replenishment, data: Path, cache: Path, terms: Terms) -> Outcome:
    """The product's probabilities beside what the interval, and the frequency, of own purchases say."""
    folder = prepared_parts(protocol.name, prepare, data, cache)[0]
    fitted = fit(folder, cache / "fits", terms)
    pairs = purchase_pairs(fitted.dataset, half_life=1.0)
    owned = Owned.of(pairs, Questions.of(Prepared.read(folder), fitted.dataset), fitted.dataset)
    started = time.monotonic()
    told = probabilities(fitted.engine.model, owned)
    took = time.monotonic() - started
    bootstrap = Bootstrap(owned.customer, draws=terms.draws, seed=terms.seed)
    product = Drawn.of(told, owned, bootstrap)
    contenders = [
        Contender(
            PRODUCT, PRODUCT, product.figures() | calibration(told, owned, bootstrap), None, fitted.learned.wall, took
        )
    ]
    for name, score in by_hand(pairs, owned, fitted.dataset).items():
        drawn = Drawn.of(score, owned, bootstrap)
        contenders.append(Contender(name, "floor", drawn.figures(), product.gain(drawn)))
    return Outcome(
        name=protocol.name,
        title=protocol.title,
        split=protocol.split,
        leaks="",
        metrics=METRICS,
        aims={METRICS[2]: {"by_hand": None, "published": None, "reach": 0.03}},
        definitions=DEFINITIONS,
        seed=terms.seed,
        draws=terms.draws,
        search_seconds=terms.seconds,
        questions=len(owned.item),
        customers=bootstrap.customers,
        items=fitted.dataset.n_items,
        parts=1,
        commit=fitted.learned.commit,
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        fit_wall=fitted.learned.wall,
        fit_processor=fitted.learned.processor,
        contenders=tuple(contenders),
        notes={"pairs bought again": f"{owned.again.mean():.1%}"},
    )


class Owned(NamedTuple):
    """Pairs, by customer and item, of FEWEST_ORDERS orders or more; `place` among all pairs; `again`: soon."""

    place: NDArray[np.intp]
    customer: NDArray[np.int32]
    item: NDArray[np.int32]
    again: NDArray[np.bool_]

    @classmethod
    def of(cls, pairs: Pairs, soon: Questions, dataset: Dataset) -> Owned:
        place = np.flatnonzero(pairs.count >= FEWEST_ORDERS)
        customer, item = pairs.customer[place], pairs.item[place]
        bought = soon.batch.customers[soon.truth.queries()].astype(np.int64) * dataset.n_items + soon.truth.values
        bought = bought[soon.truth.values < dataset.n_items]
        return cls(place, customer, item, np.isin(customer.astype(np.int64) * dataset.n_items + item, bought))


def by_hand(pairs: Pairs, owned: Owned, dataset: Dataset) -> dict[str, Floats]:
    """Days since the last purchase over the mean interval, read as overdue and as lapsed; and plain counts."""
    count, gaps = pairs.count[owned.place], np.maximum(pairs.gaps[owned.place], 0.5)
    ratio = (dataset.reference - pairs.last[owned.place]) / (gaps / (count - 1))
    return {
        "days since / mean interval": ratio,
        "the same, the lowest first": -ratio,
        "own frequency": count.astype(float),
    }


def probabilities(model: Model, owned: Owned) -> Floats:
    """What the product tells of each pair; 0 for items beyond those that it keeps of a household."""
    method, history = model.methods["repurchase"], model.shop.history.items
    customers = np.unique(owned.customer)
    depth = int(history.lengths.max(initial=1))
    slots = method.candidates(Batch.of_customers(customers), depth)
    found = slots["item"] >= 0
    key = customers.astype(np.int64)[:, None] * len(model.items) + slots["item"]
    order = np.argsort(key[found])
    keys, scores = key[found][order], slots["score"][found][order].astype(np.float64)
    wanted = owned.customer.astype(np.int64) * len(model.items) + owned.item
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    return np.where(keys[place] == wanted, scores[place], 0.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One score's AUC and NDCG, (2,), and both in every draw of customers, (draws, 2)."""

    values: Floats
    drawn: Floats

    @classmethod
    def of(cls, score: Floats, owned: Owned, bootstrap: Bootstrap) -> Drawn:
        found = auc(score, owned.again, np.ones((1, len(score)))), _customer_weights(owned, bootstrap)
        gain = due_list(score, owned)
        counted = np.isfinite(gain)
        sums = bootstrap.weights.astype(np.float64) @ np.stack([np.where(counted, gain, 0.0), counted], axis=1)
        aucs = np.concatenate([auc(score, owned.again, weights[None]) for weights in found[1]])
        return cls(
            np.array([found[0][0], np.nanmean(gain)]), np.stack([aucs, sums[:, 0] / np.maximum(sums[:, 1], 1)], axis=1)
        )

    def figures(self) -> dict[str, Figure]:
        return {name: _figure(self.values[n], self.drawn[:, n]) for n, name in enumerate(METRICS[:2])}

    def gain(self, other: Drawn) -> Figure:
        """In AUC, on the same draws."""
        return _figure(self.values[0] - other.values[0], self.drawn[:, 0] - other.drawn[:, 0])


def auc(score: Floats, label: NDArray[np.bool_], weights: Floats) -> Floats:
    """The chance that a pair bought scores above one not bought, ties half, under each row of weights (D, P): (D,)."""
    _, level = np.unique(score, return_inverse=True)
    found = []
    for weight in weights:
        bought = np.bincount(level, weight * label)
        missed = np.bincount(level, weight * ~label)
        below = np.cumsum(missed) - missed
        found.append((bought * (below + missed / 2)).sum() / max(bought.sum() * missed.sum(), 1e-12))
    return np.array(found)


def due_list(score: Floats, owned: Owned) -> Floats:
    """NDCG of each customer's pairs by score, (customers,); NaN where nothing was bought."""
    customers, row = np.unique(owned.customer, return_inverse=True)
    order = np.lexsort((owned.item, -score, row))
    place = np.arange(len(order)) - np.searchsorted(row, np.arange(len(customers)))[row[order]]
    shown = np.full((len(customers), PLACES), -1, np.int32)
    first = order[place < PLACES]
    shown[row[first], place[place < PLACES]] = owned.item[first]
    counts = np.bincount(row[owned.again], minlength=len(customers))
    truth = Ragged(np.append(0, np.cumsum(counts)).astype(np.int64), owned.item[owned.again])
    return ndcg_whole_at_k(shown, truth, PLACES)


def calibration(told: Floats, owned: Owned, bootstrap: Bootstrap) -> dict[str, Figure]:
    """See DEFINITIONS."""
    bins = np.minimum(np.argsort(np.argsort(told, kind="stable")) * BINS // max(len(told), 1), BINS - 1)
    customers, row = np.unique(owned.customer, return_inverse=True)
    distance = np.zeros((len(customers), BINS))
    np.add.at(distance, (row, bins), told - owned.again)
    size = np.bincount(row, minlength=len(customers)).astype(np.float64)
    weights = bootstrap.weights.astype(np.float64)
    drawn = np.abs(weights @ distance).sum(axis=1) / np.maximum(weights @ size, 1.0)
    return {METRICS[2]: _figure(np.abs(distance.sum(axis=0)).sum() / max(len(told), 1), drawn)}


def _customer_weights(owned: Owned, bootstrap: Bootstrap) -> Iterator[Floats]:
    """How often each pair is in each draw of customers, one draw after the other, (P,)."""
    row = np.unique(owned.customer, return_inverse=True)[1]
    for weights in bootstrap.weights:
        yield weights[row].astype(np.float64)


def _figure(value: float, drawn: Floats) -> Figure:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return Figure(float(value), low, high)
