"""Next order: where the learned ranker foretells purchases better than what it replaces; only there is it used."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from msgspec.structs import replace

from models.placements import KindName
from training.dataset import Dataset
from training.learning import Arrays, Parts, draft, ranked_list
from training.memory import Memory
from training.next_order import NextOrder, NextOrderSettings
from training.next_order.purchases import Purchases
from training.next_order.snapshot import lessons
from training.progress import Progress
from training.ranker import cascade
from training.recipe import Recipe
from training.search.validation import METRIC, Validation

# What the ranker may rank, each where it proves better.
KINDS: tuple[KindName, ...] = ("for_you", "buy_again")
# Fewer labelled queries than this teach a ranker little.
ENOUGH_QUERIES = 1_000
# Positions know no cuts: this many of each customer's last orders are learned from, and of so many customers.
SEQUENCE_SNAPSHOTS, SEQUENCE_QUERIES = 2, 8_000
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
        return replace(settings, snapshots=SEQUENCE_SNAPSHOTS, label_queries=SEQUENCE_QUERIES)
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
    """The recipe with the ranker for the kinds of placement where the 95 % interval of its gain lies above 0.

    One trial, whatever time is left: no other choice matters as much.
    """
    progress.step("search next order")
    ranker = NextOrder(settings, memory).fit(trial.train)
    if ranker.queries_ < ENOUGH_QUERIES:
        return recipe, {"queries": ranker.queries_, "verdict": f"not tried: below {ENOUGH_QUERIES} labelled queries"}
    model = draft(parts.arrays, trial.train)
    rows = cascade(model, recipe.cascade, recipe.depth, parts.lists)
    plain, ranked = parts.arrays | {"ranked/for_you": rows}, ranker.rank(recipe.depth)
    gains = {}
    for kind in KINDS:
        lists = {f"ranked/{kind}": ranked_list(model, kind, ranked, rows)}
        gains[kind] = _gain(trial, kind, plain, plain | lists)
        progress.note(f"next order: {kind}: {gains[kind]}")
    used = tuple(kind for kind in KINDS if gains[kind]["surely_better"])
    why = {"queries": ranker.queries_} | gains
    return (replace(recipe, next_order=settings, ranked=used) if used else recipe), why


def _gain(trial: Validation, kind: KindName, plain: Arrays, ranked: Arrays) -> dict[str, Any]:
    """NDCG@10 of a kind of placement with and without the ranker, and the mean difference with its 95 % interval."""
    if not len(trial.asked(kind)):
        return {"customers": 0, "surely_better": False}
    without, with_ranker = trial.ndcg(plain, kind), trial.ndcg(ranked, kind)
    low, high = trial.interval(with_ranker - without, kind)
    return {
        "customers": len(trial.asked(kind)),
        METRIC: {
            "without": round(float(np.nanmean(without)), 5),
            "lambdarank": round(float(np.nanmean(with_ranker)), 5),
        },
        "gain": [round(float(np.nanmean(with_ranker - without)), 5), round(low, 5), round(high, 5)],
        "surely_better": low > 0,
    }
