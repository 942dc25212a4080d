"""Learn: the methods of a discovery, and one ranked list a customer from their blend."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_matrix

from models.methods import METHOD_NUMBER
from models.reasons import Code
from models.slots import Slots, empty_slots
from training.dataset import Dataset
from training.discovery.blend import Pool
from training.discovery.scorers import own_best, scorer_of
from training.discovery.settings import Discovery
from training.methods import LEARNERS, Learned
from training.methods.item_knn import zero_one
from training.methods.scorer import Lists, Scorer
from training.progress import Progress

CHUNK = 4_096


def learn_discovery(
    dataset: Dataset, discovery: Discovery, *, depth: int, progress: Progress | None = None
) -> tuple[Slots, Learned]:
    """SLOT (C, depth) of items each customer never bought, and the methods' arrays by full name.

    Reasons from lists, which would take longest to find afterwards, are in; those of other methods are not.
    """
    progress = progress or Progress()
    learners = {}
    for name, settings in discovery.methods.items():
        progress.step(f"learn {name}")
        learners[name] = LEARNERS[name](**settings).fit(dataset)
    progress.step("blend")
    arrays = {
        f"methods/{name}/{part}": array for name, each in learners.items() for part, array in each.arrays().items()
    }
    blended = {name: learners[name] for name in discovery.weights}
    scorers = [scorer_of(learner) for learner in blended.values()]
    weights = np.array(list(discovery.weights.values()), np.float32)
    bought = zero_one(dataset.purchases())
    rows = empty_slots(dataset.n_customers, depth)
    for start in range(0, len(rows), CHUNK):
        chunk = slice(start, start + CHUNK)
        best = [own_best(learner, bought, chunk) for learner in blended.values()]
        slots = Pool.of(scorers, bought[chunk], best).slots(weights, list(blended), depth)
        _explain(slots, dict(zip(blended, scorers, strict=True)), bought[chunk])
        slots[np.diff(bought.indptr[start : start + len(slots) + 1]) == 0] = empty_slots(1, 1)[0]
        rows[chunk, : slots.shape[1]] = slots
    return rows, arrays


def _explain(slots: Slots, scorers: Mapping[str, Scorer], bought: csr_matrix) -> None:
    """What models.methods.bought.FromBought would say, in place."""
    for name, scorer in scorers.items():
        if isinstance(scorer, Lists):
            given = (slots["method"] == METHOD_NUMBER[name]) & (slots["item"] >= 0)
            slots["code"][given] = Code.BECAUSE_YOU_BOUGHT
            slots["evidence"][given] = scorer.strongest_bought(bought, slots["item"])[given]
