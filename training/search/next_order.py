"""Next order: whether the learned ranker foretells the next visit better than the cascade; only then is it used."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from msgspec.structs import replace

from training.dataset import Dataset
from training.learning import Parts, draft
from training.memory import Memory
from training.next_order import NextOrder, NextOrderSettings
from training.next_order.purchases import Purchases
from training.next_order.snapshot import lessons
from training.progress import Progress
from training.ranker import above, cascade
from training.recipe import Recipe
from training.search.validation import METRIC, Validation

# Fewer labelled queries than this teach a ranker little.
ENOUGH_QUERIES = 1_000
# Positions know no cuts: this many of each customer's last orders are learned from.
SEQUENCE_SNAPSHOTS = 3
# Queries that the cuts should ask together; horizons grow up to this share of the history until they do.
WANTED_QUERIES = 5_000
LONGEST_SHARE = 0.25
# The cuts lie within the later part of the history, so that something is known at the first.
CUT_SHARE = 0.6


def settings_for(dataset: Dataset, *, seed: int, threads: int) -> NextOrderSettings | None:
    """Horizons as long as the history allows, longer where customers come seldom; None without any time."""
    settings = NextOrderSettings(seed=seed, threads=threads)
    if not dataset.timed:
        return None
    if dataset.unit == "order":
        return replace(settings, snapshots=SEQUENCE_SNAPSHOTS)
    purchases = Purchases.of(dataset)
    span = purchases.end - float(purchases.visit_time.min(initial=purchases.end))
    fitted = _spread(settings, min(settings.horizon_days, span * LONGEST_SHARE), span)
    while (longer := 2 * fitted.horizon_days) <= span * LONGEST_SHARE and asked(purchases, fitted) < WANTED_QUERIES:
        fitted = _spread(settings, longer, span)
    return fitted if fitted.horizon_days >= 1 else None


def asked(purchases: Purchases, settings: NextOrderSettings) -> int:
    """How many queries the cuts have together."""
    return sum(len(snapshot) for snapshot in lessons(purchases, settings))


def _spread(settings: NextOrderSettings, horizon: float, span: float) -> NextOrderSettings:
    """Cuts half a horizon apart, as many as the later part of the history holds."""
    horizon = float(math.floor(horizon))
    spacing = max(math.floor(horizon / 2), 1)
    room = 1 + math.floor(max(span * CUT_SHARE - horizon, 0) / spacing)
    return replace(settings, horizon_days=horizon, spacing_days=float(spacing), snapshots=min(settings.snapshots, room))


def search_next_order(
    trial: Validation,
    parts: Parts,
    recipe: Recipe,
    settings: NextOrderSettings,
    progress: Progress,
    memory: Memory,
) -> tuple[Recipe, dict[str, Any]]:
    """The recipe with the ranker, where the 95 % interval of its gain over the cascade lies above 0.

    One trial, whatever time is left: no other choice matters as much.
    """
    progress.step("search next order")
    ranker = NextOrder(settings, memory).fit(trial.train)
    if ranker.queries_ < ENOUGH_QUERIES:
        return recipe, {"queries": ranker.queries_, "verdict": f"not tried: below {ENOUGH_QUERIES} labelled queries"}
    model = draft(parts.arrays, trial.train)
    rows = cascade(model, recipe.cascade, recipe.depth, parts.lists)
    plain = trial.ndcg(parts.arrays | {"ranked/for_you": rows})
    ranked = trial.ndcg(parts.arrays | {"ranked/for_you": above(model, ranker.rank(recipe.depth), rows)})
    low, high = trial.interval(ranked - plain)
    better = low > 0
    why = {
        "queries": ranker.queries_,
        "customers": len(trial.task),
        METRIC: {"cascade": round(float(np.nanmean(plain)), 5), "lambdarank": round(float(np.nanmean(ranked)), 5)},
        "gain": [round(float(np.nanmean(ranked - plain)), 5), round(low, 5), round(high, 5)],
        "verdict": "used: surely better" if better else "not used: not surely better",
    }
    progress.note(f"next order: {METRIC} {np.nanmean(ranked):.4f}, cascade {np.nanmean(plain):.4f}; {why['verdict']}")
    return (replace(recipe, next_order=settings) if better else recipe), why
