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
from training.dealt import dealt
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.metrics import Rows
from training.learning import Parts, cascades, draft, kept, named, ranked_list
from training.memory import Memory
from training.next_order import NextOrder, NextOrderSettings
from training.next_order.purchases import Purchases
from training.next_order.snapshot import lessons
from training.progress import Progress
from training.recipe import Ranking, Recipe
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
# Up to so many queries trees learn slowly, and several forests vote; more of them where few items can be asked about.
FEW_QUERIES, USUAL_CANDIDATES = 10_000, 300
# How likely the ranker has to be better than what it replaces. Where few queries teach it, it may also rank joined with
# that, which errs less; and since it was taught by fewer still than it will be, hardly anything has to speak for that.
WAYS: tuple[Ranking, ...] = ("alone", "joined")
LIKELY: dict[Ranking, float] = {"alone": 0.8, "joined": 0.2}
# Where fewer than this share of the customers are asked after a cut, only they are ranked.
FEW_ASKED = 0.5
# Fewer customers than this are asked after two cuts, lest one month of a small shop decides.
FEW_CUSTOMERS = 1_000


def settings_for(dataset: Dataset, *, seed: int, threads: int) -> NextOrderSettings | None:
    """Horizons as long as the history allows, cuts closer and horizons longer where customers are few or come seldom;

    None where it is of less than a day or two.
    """
    settings = NextOrderSettings(seed=seed, threads=threads)
    purchases = Purchases.of(dealt(dataset, seed))
    if purchases.sequence:
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
    """With few queries, or few candidates each, slow and many trees: what one takes for a rule the others do not."""
    if asked(purchases, settings) * min(purchases.n_items, USUAL_CANDIDATES) > FEW_QUERIES * USUAL_CANDIDATES:
        return settings
    return replace(settings, objective="rank_xendcg", forests=4, trees=100, learning_rate=0.05, negatives=0.2)


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
    """The recipe with the ranker for the lists where it is likely better, all `cuts` taken together.

    One trial, whatever time is left: no other choice matters as much.
    """
    progress.step("search next order", len(cuts))
    ways = WAYS if settings.forests > 1 else WAYS[:1]
    found: dict[Use, list[Compared]] = {Use(name, way): [] for name in LISTS for way in ways}
    queries = []
    for trial, parts in cuts:
        ranker = NextOrder(settings, memory).fit(trial.train)
        queries.append(ranker.queries_)
        if ranker.queries_ >= ENOUGH_QUERIES:
            for use, compared in _compared(trial, parts, recipe, ranker, list(found)):
                found[use].append(compared)
        progress.advance()
    if queries[0] < ENOUGH_QUERIES:
        return recipe, {"queries": queries[0], "verdict": f"not tried: below {ENOUGH_QUERIES} labelled queries"}
    gains = {use: _gain(compared, cuts[0].trial.seed) for use, compared in found.items()}
    for use, gain in gains.items():
        progress.note(f"next order: {use}: {gain}")
    best = {name: chosen_way({use.way: gain for use, gain in gains.items() if use.list == name}) for name in LISTS}
    used = {name: way for name, way in best.items() if way is not None}
    why = {"queries": queries[0]} | {str(use): gain for use, gain in gains.items()}
    return (replace(recipe, next_order=settings, ranked=used) if used else recipe), why


def chosen_way(gains: Mapping[Ranking, dict[str, Any]]) -> Ranking | None:
    """The way that gains most among those that are likely enough to gain anything, None where none is."""
    likely = [way for way, gain in gains.items() if gain["customers"] and gain["likely"] >= LIKELY[way]]
    return max(likely, key=lambda way: gains[way]["gain"][0], default=None)


class Use(NamedTuple):
    """A list, and how the ranker ranks it."""

    list: RankedList
    way: Ranking

    def __str__(self) -> str:
        return self.list if self.way == "alone" else f"{self.list}, {self.way}"


class Compared(NamedTuple):
    """NDCG@10 of each query without and with the ranker, and whose query it is; all (B,)."""

    without: Rows
    ranked: Rows
    customers: NDArray[np.int64]


def _compared(
    trial: Validation, parts: Parts, recipe: Recipe, ranker: NextOrder, uses: Sequence[Use]
) -> Iterator[tuple[Use, Compared]]:
    """Of every use of the ranker whose list was asked for after the cut."""
    model = draft(parts.arrays, trial.train)
    rows = cascades(model, recipe, parts.lists, LISTS)
    ranked = ranker.rank(recipe.depth, _few(trial))
    plain = parts.arrays | named(kept(rows))
    asked = {name: trial.asked(name).customers for name in rows if len(trial.asked(name))}
    without = {name: trial.ndcg(plain, name) for name in asked}
    for use in uses:
        if use.list in asked:
            tried = named({use.list: ranked_list(model, ranked[use.list], rows[use.list], use.way)})
            yield use, Compared(without[use.list], trial.ndcg(plain | tried, use.list), asked[use.list])


def _few(trial: Validation) -> NDArray[np.integer] | None:
    """Who is asked after the cut, None where that is most of the shop: ranking everyone serves later lessons too."""
    asked = np.unique(np.concatenate([trial.asked(name).customers for name in LISTS]))
    return asked if len(asked) < trial.train.n_customers * FEW_ASKED else None


def _gain(found: Sequence[Compared], seed: int) -> dict[str, Any]:
    """NDCG@10 of a list with and without the ranker, the mean difference with its 95 % interval, and how

    likely it is above 0, customers drawn with replacement.
    """
    if not found:
        return {"customers": 0}
    without, ranked, customers = (np.concatenate(column) for column in zip(*found, strict=True))
    gain, bootstrap = (ranked - without)[:, None], Bootstrap(customers, seed=seed)
    (low,), (high,) = bootstrap.interval(gain)
    likely = float((bootstrap.means(gain) > 0).mean())
    return {
        "customers": bootstrap.customers,
        METRIC: {
            "without": round(float(np.nanmean(without)), 5),
            "ranked": round(float(np.nanmean(ranked)), 5),
        },
        "gain": [round(float(np.nanmean(gain)), 5), round(float(low), 5), round(float(high), 5)],
        "likely": round(likely, 3),
    }
