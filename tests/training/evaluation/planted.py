"""An evaluation of a shop with planted habits, made once in a run of the tests."""

from __future__ import annotations

from functools import cache

from tests.shops import grocery
from training.config import Config, Evaluation, Gate
from training.evaluation.contenders import engines
from training.evaluation.evaluate import hold_trials, summary
from training.evaluation.result import Evaluation as Result
from training.evaluation.split import split
from training.progress import Progress
from training.recipe import Recipe

CONFIG = Config(gate=Gate(min_slice_customers=20), evaluation=Evaluation(bootstrap_rounds=200))
RECIPE = Recipe(
    methods={"popularity": {}, "repurchase": {}, "item_knn": {}, "basket": {}, "up_sell": {}},
    cascade=("repurchase", "item_knn", "popularity"),
)


RIVALS = {
    "none": None,
    "same": Recipe(RECIPE.methods, RECIPE.cascade, depth=101),
    "poor": Recipe({"popularity": {}}, ("popularity",)),
}


@cache
def evaluated(rival: str = "none") -> Result:
    parts = split(grocery().dataset)
    found = engines(parts.train, RECIPE, RIVALS[rival], Progress())
    return summary(hold_trials(parts, found, CONFIG, Progress()), parts, CONFIG)
