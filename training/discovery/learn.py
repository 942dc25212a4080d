"""Learn: the methods of a discovery, and one ranked list a customer from their blend."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from models.ragged import Ragged
from models.reasons import Code
from models.slots import Slots, empty_slots
from training.dataset import Dataset
from training.discovery.blend import Pool
from training.discovery.scorers import Scoring, method_of, own_best, part_of
from training.discovery.settings import Discovery
from training.discovery.trees import Statistics, Trees, features
from training.methods import LEARNERS, Learned, Learner
from training.methods.bought import capped
from training.methods.content import Content
from training.methods.interest import interest
from training.methods.scorer import Ids, Lists, only_looked_at
from training.progress import Progress

CHUNK = 4_096


def learn_discovery(
    dataset: Dataset, discovery: Discovery, *, depth: int, progress: Progress | None = None
) -> tuple[Slots, Learned]:
    """SLOT (C, depth) of items each customer never bought, empty without weights; and the methods' arrays by full name.

    Reasons from lists, which would take longest to find afterwards, are in; those of other methods are not.
    """
    progress = progress or Progress()
    learners: dict[str, Learner] = {}
    for name, settings in discovery.methods.items():
        with progress.piece(f"learn {name}"):
            learners[name] = LEARNERS[name](**settings).fit(dataset)
    arrays = {
        f"methods/{name}/{part}": array for name, each in learners.items() for part, array in each.arrays().items()
    }
    if not discovery.weights:
        return empty_slots(dataset.n_customers, depth), arrays
    with progress.piece("blend"):
        return _blended(dataset, discovery, learners, depth), arrays


def _blended(dataset: Dataset, discovery: Discovery, learners: Mapping[str, Learner], depth: int) -> Slots:
    """SLOT (C, depth): the best by the weighted scores of all methods."""
    rows = empty_slots(dataset.n_customers, depth)
    bought = capped(interest(dataset, discovery.events))
    parts = {name: part_of(name, learners, bought) for name in discovery.weights}
    weights = np.array(list(discovery.weights.values()), np.float32)
    methods = [method_of(name) for name in parts]
    trees = Trees(discovery.trees) if discovery.trees else None
    items = Statistics.of(bought)
    for start in range(0, len(rows), CHUNK):
        chunk = slice(start, start + CHUNK)
        best = [own_best(name, learners, bought, chunk) for name in parts]
        pool = Pool.of(list(parts.values()), bought[chunk], best)
        given = pool.standardised() * weights
        total = given.sum(axis=2)
        if trees is not None:
            total = trees.improved(pool, total, features(list(parts.values()), pool, total, bought[chunk], items))
        slots = pool.slots(given, total, methods, depth)
        _explain(slots, learners, bought[chunk])
        slots[np.diff(bought.indptr[start : start + len(slots) + 1]) == 0] = empty_slots(1, 1)[0]
        rows[chunk, : slots.shape[1]] = slots
    return rows


def _explain(slots: Slots, learners: Mapping[str, Learner], bought: csr_matrix) -> None:
    """What models.methods.bought.FromBought and models.methods.content.Content would say, in place."""
    for name, learner in learners.items():
        scorer = learner.scorer_ if isinstance(learner, Scoring) else None
        if not isinstance(scorer, Lists):
            continue
        given = (slots["method"] == METHOD_NUMBER[name]) & (slots["item"] >= 0)
        evidence = scorer.strongest(bought, slots["item"])
        slots["evidence"][given] = evidence[given]
        slots["code"][given] = Code.ALIKE_BOUGHT if isinstance(learner, Content) else Code.BECAUSE_YOU_BOUGHT
        viewed = given & _among(only_looked_at(bought), evidence)
        slots["code"][viewed] = Code.BECAUSE_YOU_VIEWED
        if isinstance(learner, Content):
            told = given & ~viewed
            shared = learner.alike_.shared(slots["item"][told], evidence[told][:, None])
            slots["n1"][told] = shared[:, 0]


def _among(looked_at: csr_matrix, items: Ids) -> NDArray[np.bool_]:
    """Whether each of the items (B, K) was looked at by its row."""
    lists = Ragged(looked_at.indptr.astype(np.int64), looked_at.indices.astype(np.int32))
    found: NDArray[np.bool_] = lists.find(np.arange(len(items)), items) >= 0
    return found
