"""Learning: from a data set and a recipe to every array of a bundle, and the Model that answers from them."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.catalogue import Kind
from models.kinds import KINDS
from models.methods.base import TimeUnit
from models.model import Model
from models.ranker import RankedList
from models.slots import Slots
from models.sorting import lexicographic_order
from training.cards import card_arrays
from training.dataset import Dataset
from training.discovery import Discovery, learn_discovery
from training.memory import Memory
from training.methods import LEARNERS
from training.methods.pairs import purchase_pairs
from training.next_order import NextOrder, NextOrderSettings, Ranked
from training.origin import data_fingerprint
from training.progress import Progress
from training.ranker import above, cascade, fused
from training.recipe import BLEND, OWN_METHODS, Ranking, Recipe, Settings
from training.threads import side_by_side

Arrays = dict[str, NDArray[Any]]
RankedLists = dict[RankedList, Slots]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a manifest would say of arrays that are not written yet."""

    unit: TimeUnit
    reference: float
    columns: dict[str, Kind] = field(default_factory=dict)
    customer_columns: dict[str, Kind] = field(default_factory=dict)
    version: str = "draft"


class Parts(NamedTuple):
    """`arrays` by full name, all of a bundle but the ranked lists; `lists`: those a cascade may name, (C, any)."""

    arrays: Arrays
    lists: dict[str, Slots]


def learn(dataset: Dataset, recipe: Recipe, progress: Progress, memory: Memory | None = None) -> Arrays:
    """All arrays of a bundle by full name. The same data set and recipe give the same bytes.

    `memory`: what the run has learned before, where it may hold parts of this.
    """
    memory = memory or Memory()
    parts = learn_parts(dataset, recipe, progress, memory)
    model = draft(parts.arrays, dataset)
    progress.step("rank")
    rows = cascades(model, recipe, parts.lists, recipe.ranked)
    lists = kept(rows)
    if recipe.next_order is not None:
        ranked = next_order(dataset, recipe.next_order, recipe.depth, progress, memory)
        lists |= {name: ranked_list(model, ranked[name], rows[name], way) for name, way in recipe.ranked.items()}
    return parts.arrays | named(lists)


def learn_parts(dataset: Dataset, recipe: Recipe, progress: Progress, memory: Memory | None = None) -> Parts:
    """What is shared by all ways to rank; the blend and single methods are learned side by side."""
    recall, known = (memory or Memory()).recall, data_fingerprint(dataset)

    def blend(discovery: Discovery) -> Parts:
        key = (
            known,
            f"{BLEND} {recipe.depth}",
            msgspec.json.encode([discovery.methods, discovery.weights, discovery.events, discovery.trees]),
        )
        learned = partial(learn_discovery, dataset, discovery, depth=recipe.depth, progress=progress)
        rows, arrays = recall(key, learned)
        return Parts(arrays, {BLEND: rows})

    def method(name: str, settings: Settings) -> Parts:
        key = known, name, msgspec.json.encode(settings, order="sorted")
        with progress.piece(f"learn {name}"):
            return Parts(recall(key, partial(method_arrays, name, settings, dataset)), {})

    # The blend first, since it takes longest; of two methods of one name, its own stands.
    pieces = [] if recipe.discovery is None else [partial(blend, recipe.discovery)]
    pieces += [partial(method, name, settings) for name, settings in recipe.methods.items()]
    progress.step("learn methods", len(pieces))
    arrays: Arrays = {}
    lists: dict[str, Slots] = {}
    for part in side_by_side(lambda learned: learned(), pieces):
        arrays, lists = part.arrays | arrays, part.lists | lists
        progress.advance()
    return Parts(shop_arrays(dataset) | arrays, lists)


def next_order(dataset: Dataset, settings: NextOrderSettings, depth: int, progress: Progress, memory: Memory) -> Ranked:
    """The learned ranker's lists of every customer."""
    key = data_fingerprint(dataset), settings, depth
    return memory.recall(key, lambda: NextOrder(settings, memory).fit(dataset, progress).rank(depth))


def cascades(model: Model, recipe: Recipe, lists: Mapping[str, Slots], ranked: Container[RankedList]) -> RankedLists:
    """What the methods list for everyone; where own purchases lead, also what is new to each customer.

    `lists`: rows that a cascade may name and that are no method's own; `ranked`: what the learned ranker ranks, without
    which own purchases need no list.
    """
    own = tuple(name for name in KINDS["buy_again"].methods if name in recipe.methods)
    unbought = tuple(name for name in recipe.cascade if name not in OWN_METHODS)
    names: dict[RankedList, tuple[str, ...]] = {"for_you": recipe.cascade}
    if "buy_again" in ranked:
        names["buy_again"] = own
    if BLEND in unbought and unbought != recipe.cascade:
        names["new"] = unbought
    return {name: cascade(model, methods, recipe.depth, lists) for name, methods in names.items()}


def kept(rows: RankedLists) -> RankedLists:
    """Those that a bundle keeps where nothing is ranked: own purchases are asked for as of the day."""
    return {name: each for name, each in rows.items() if name != "buy_again"}


def ranked_list(model: Model, ranked: Slots, rows: Slots, way: Ranking = "alone") -> Slots:
    """What the learned ranker makes of a list, with reasons, and below it `rows`: those of the methods, as deep."""
    return above(model, fused(ranked, rows) if way == "joined" else ranked, rows)


def named(lists: RankedLists) -> Arrays:
    """By full name."""
    return {f"ranked/{name}": rows for name, rows in lists.items()}


def method_arrays(name: str, settings: Settings, dataset: Dataset) -> Arrays:
    """The arrays of one method by full name."""
    learner = LEARNERS[name](**settings).fit(dataset)
    return {f"methods/{name}/{part}": array for part, array in learner.arrays().items()}


def draft(arrays: Arrays, dataset: Dataset) -> Model:
    """The Model of arrays in memory: what evaluation asks, before anything is written."""
    described = Draft(dataset.unit, dataset.reference, dataset.columns, dataset.customer_columns)
    return Model(arrays, described)


def shop_arrays(dataset: Dataset) -> Arrays:
    """Ids, catalogue, customer attributes and purchase histories."""
    cards = card_arrays(dataset.columns, dataset.arrays, dataset.n_items)
    return (
        {"customers/ids": dataset.customers.array, "items/ids": dataset.items.array}
        | {f"catalogue/{name}": array for name, array in dataset.arrays.items()}
        | {f"customer_attributes/{name}": array for name, array in dataset.customer_arrays.items()}
        | {f"cards/{name}": array for name, array in cards.items()}
        | {f"history/{name}": array for name, array in _history(dataset).items()}
    )


def _history(dataset: Dataset) -> Arrays:
    """What models.history.History reads."""
    pairs = purchase_pairs(dataset, half_life=1.0)
    per_customer = np.bincount(pairs.customer, minlength=dataset.n_customers)
    history: Arrays = {
        "indptr": np.append(0, np.cumsum(per_customer)).astype(np.int64),
        "items": pairs.item,
        "count": pairs.count,
        "age": (dataset.reference - pairs.last).astype(np.float32),
    }
    if "group" in dataset.arrays:
        history["variant"] = _last_variants(dataset)
    return history


def _last_variants(dataset: Dataset) -> NDArray[np.int32]:
    """The variant each customer last bought of each lead, in the order of purchase_pairs."""
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    order = lexicographic_order(lines.order, lines.customer.astype(np.int64) * dataset.n_items + lines.item)
    customer, item, variant = lines.customer[order], lines.item[order], lines.variant[order]
    ends = (np.diff(customer, append=-2) != 0) | (np.diff(item, append=-2) != 0)
    last: NDArray[np.int32] = variant[ends]
    return last
