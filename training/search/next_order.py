"""Next order: where the learned ranker foretells purchases better than what it replaces; only there is it used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from models.ranker import RankedList
from training.dataset import Dataset
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.metrics import Rows
from training.learning import Parts, cascades, draft, named, ranked_list
from training.memory import Memory
from training.next_order import NextOrder, NextOrderSettings
from training.next_order.purchases import Purchases
from training.next_order.snapshot import lessons
from training.progress import Progress
from training.recipe import Recipe
from training.search.validation import METRIC, Validation

# What the ranker may rank, each where it proves better.
LISTS: tuple[RankedList, ...] = ("for_you", "buy_again", "new")
# Fewer labelled queries than this teach a ranker little.
ENOUGH_QUERIES = 200
# Positions know no cuts: this many of each customer's last orders are learned from, more of them where customers are
# few, and of so many customers.
SEQUENCE_SNAPSHOTS, MORE_SEQUENCE_SNAPSHOTS, SEQUENCE_QUERIES = 2, 8, 8_000
# Queries that the cuts should ask together: cuts come closer, as many as this, and then horizons grow up to this share
# of the history, until they do.
WANTED_QUERIES = 5_000
CLOSER_DAYS, MOST_CUTS = 7.0, 26
LONGEST_SHARE = 0.25
# The cuts lie within the later part of the history, so that something is known at the first.
CUT_SHARE = 0.6
# Up to so many queries trees learn slowly, and several forests vote.
FEW_QUERIES = 10_000
# How likely the ranker has to be better than what it replaces.
LIKELY = 0.8
# Fewer customers than this are asked after two cuts, lest one month of a small shop decides; and the ranker and what it
# replaces may rank together there, where neither is sure.
FEW_CUSTOMERS = 1_000
# How likely the two together have to be better than the cascade: they err less than one of them.
LIKELY_TOGETHER = 0.5
TOGETHER = "for_you, together"


def settings_for(dataset: Dataset, *, seed: int, threads: int) -> NextOrderSettings | None:
    """Horizons as long as the history allows, cuts closer and horizons longer where customers are few or come seldom;

    None without any time.
    """
    settings = NextOrderSettings(seed=seed, threads=threads)
    if not dataset.timed:
        return None
    purchases = Purchases.of(dataset)
    if dataset.unit == "order":
        fitted = replace(settings, snapshots=SEQUENCE_SNAPSHOTS, label_queries=SEQUENCE_QUERIES)
        if asked(purchases, fitted) < WANTED_QUERIES:
            fitted = replace(fitted, snapshots=MORE_SEQUENCE_SNAPSHOTS)
        return _careful(purchases, fitted)
    span = purchases.end - float(purchases.visit_time.min(initial=purchases.end))
    fitted = _spread(settings, min(settings.horizon_days, span * LONGEST_SHARE), span)
    if fitted.horizon_days < 1:
        return None
    if asked(purchases, fitted) < WANTED_QUERIES:
        settings = replace(settings, snapshots=MOST_CUTS, spacing_days=CLOSER_DAYS)
        fitted = _spread(settings, fitted.horizon_days, span)
    while (longer := 2 * fitted.horizon_days) <= span * LONGEST_SHARE and asked(purchases, fitted) < WANTED_QUERIES:
        fitted = _spread(settings, longer, span)
    return _careful(purchases, fitted)


def asked(purchases: Purchases, settings: NextOrderSettings) -> int:
    """How many queries the cuts have together."""
    return sum(len(snapshot) for snapshot in lessons(purchases, settings))


def _spread(settings: NextOrderSettings, horizon: float, span: float) -> NextOrderSettings:
    """Cuts half a horizon apart or closer, as many as the later part of the history holds."""
    horizon = float(math.floor(horizon))
    spacing = max(math.floor(min(horizon / 2, settings.spacing_days)), 1)
    room = 1 + math.floor(max(span * CUT_SHARE - horizon, 0) / spacing)
    return replace(settings, horizon_days=horizon, spacing_days=float(spacing), snapshots=min(settings.snapshots, room))


def _careful(purchases: Purchases, settings: NextOrderSettings) -> NextOrderSettings:
    """With few queries slow and many trees: what one of them takes for a rule the others do not."""
    if asked(purchases, settings) > FEW_QUERIES:
        return settings
    return replace(settings, objective="rank_xendcg", forests=4, trees=100, learning_rate=0.05)


class Asked(NamedTuple):
    """`parts`: what the methods learned of the history before the cut of `trial`."""

    trial: Validation
    parts: Parts


def search_next_order(
    cuts: Sequence[Asked],
    recipe: Recipe,
    settings: NextOrderSettings,
    progress: Progress,
    memory: Memory,
) -> tuple[Recipe, dict[str, Any]]:
    """The recipe with the ranker for the lists where it is LIKELY better, all `cuts` taken together.

    One trial, whatever time is left: no other choice matters as much.
    """
    progress.step("search next order", len(cuts))
    few = len(cuts[0].trial.task) < FEW_CUSTOMERS
    ways: dict[str, RankedList] = {name: name for name in LISTS} | ({TOGETHER: "for_you"} if few else {})
    found: dict[str, list[Compared]] = {way: [] for way in ways}
    queries = []
    for trial, parts in cuts:
        ranker = NextOrder(settings, memory).fit(trial.train)
        queries.append(ranker.queries_)
        if ranker.queries_ >= ENOUGH_QUERIES:
            for way, compared in _compared(trial, parts, recipe, ranker, ways):
                found[way].append(compared)
        progress.advance()
    if queries[0] < ENOUGH_QUERIES:
        return recipe, {"queries": queries[0], "verdict": f"not tried: below {ENOUGH_QUERIES} labelled queries"}
    gains = {way: _gain(compared, cuts[0].trial.seed) for way, compared in found.items()}
    for way, gain in gains.items():
        progress.note(f"next order: {way}: {gain}")
    joined = few and together(gains["for_you"], gains[TOGETHER])
    used = tuple(name for name in LISTS if gains[name]["likely_better"] or (joined and name == "for_you"))
    why = {"queries": queries[0]} | gains
    return (replace(recipe, next_order=settings, ranked=used, joined=joined) if used else recipe), why


def together(alone: dict[str, Any], both: dict[str, Any]) -> bool:
    """Whether the ranker and the cascade rank `for_you` together: where that gains more than a ranker that is used."""
    if not both["customers"] or both["likely"] < LIKELY_TOGETHER:
        return False
    return not alone["likely_better"] or both["gain"][0] > alone["gain"][0]


class Compared(NamedTuple):
    """NDCG@10 of each query without and with the ranker, and whose query it is; all (B,)."""

    without: Rows
    ranked: Rows
    customers: NDArray[np.int64]


def _compared(
    trial: Validation, parts: Parts, recipe: Recipe, ranker: NextOrder, ways: Mapping[str, RankedList]
) -> Iterator[tuple[str, Compared]]:
    """Of every way to use the ranker whose list was asked for after the cut."""
    model = draft(parts.arrays, trial.train)
    rows = cascades(model, recipe, parts.lists)
    plain, ranked = parts.arrays | named(rows), ranker.rank(recipe.depth)
    for way, name in ways.items():
        if len(trial.asked(name)) and (name in rows or name == "buy_again"):
            tried = named({name: ranked_list(model, name, ranked, rows, joined=way == TOGETHER)})
            customers = trial.asked(name).customers
            yield way, Compared(trial.ndcg(plain, name), trial.ndcg(plain | tried, name), customers)


def _gain(found: Sequence[Compared], seed: int) -> dict[str, Any]:
    """NDCG@10 of a list with and without the ranker, the mean difference with its 95 % interval, and how

    likely it is above 0, customers drawn with replacement.
    """
    if not found:
        return {"customers": 0, "likely_better": False}
    without, ranked, customers = (np.concatenate(column) for column in zip(*found, strict=True))
    gain, bootstrap = (ranked - without)[:, None], Bootstrap(customers, seed=seed)
    (low,), (high,) = bootstrap.interval(gain)
    likely = float((bootstrap.means(gain) > 0).mean())
    return {
        "customers": bootstrap.customers,
        METRIC: {
            "without": round(float(np.nanmean(without)), 5),
            "lambdarank": round(float(np.nanmean(ranked)), 5),
        },
        "gain": [round(float(np.nanmean(gain)), 5), round(float(low), 5), round(float(high), 5)],
        "likely": round(likely, 3),
        "likely_better": likely >= LIKELY,
    }
