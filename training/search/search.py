"""Search: the recipe for this shop, and why it is this one."""

from __future__ import annotations

from dataclasses import replace as with_fields
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from training.dataset import Dataset
from training.discovery import Discovery, answering, choose_discovery
from training.evaluation.contenders import FLOORS
from training.learning import learn_parts
from training.memory import Memory
from training.progress import Progress
from training.recipe import BLEND, Recipe
from training.search.cascades import ALIKE, COUNTED, OWN, SEGMENT, judged, repeat_share, search_cascade
from training.search.deadline import Deadline
from training.search.next_order import FEW_CUSTOMERS, Asked, search_next_order, settings_for
from training.search.validation import Validation

SECONDS = 120.0
# Where fewer of the purchases that could repeat an earlier one do, own history is no guide to the next order.
REPEATS_MATTER = 0.02
# The share of the time in which discovery is searched, where customers buy again and where they do not.
DISCOVERY_SHARE = {True: 0.15, False: 0.8}
# Fewer customers who came back choose nothing.
FEWEST_QUERIES = 20
# The order lines that cascades, and the ranker, are judged on; a sample of the customers of larger shops.
CASCADE_LINES, RANKER_LINES = 200_000, 1_500_000


class Choice(NamedTuple):
    """`why`: what was tried, what it found, and what was chosen; for the report."""

    recipe: Recipe
    why: dict[str, Any]


def choose(
    dataset: Dataset,
    *,
    depth: int = 100,
    seed: int = 0,
    threads: int = 1,
) -> Recipe:
    """The defaults that suit the shop, without a search."""
    return search(dataset, depth=depth, seed=seed, threads=threads, seconds=0.0).recipe


def search(
    dataset: Dataset,
    *,
    depth: int = 100,
    seed: int = 0,
    threads: int = 1,
    seconds: float = SECONDS,
    progress: Progress | None = None,
    memory: Memory | None = None,
) -> Choice:
    """The same data and seed choose the same, where the time suffices for all that is tried; without time, defaults."""
    progress, deadline = progress or Progress(), Deadline(seconds)
    repeats = repeat_share(dataset)
    own = repeats >= REPEATS_MATTER
    discovery = choose_discovery(
        dataset,
        seconds=seconds * DISCOVERY_SHARE[own],
        seed=seed,
        threads=threads,
        trees=not own,
        progress=progress,
    )
    recipe = plain(discovery, own=own, depth=depth, seed=seed, threads=threads)
    why: dict[str, Any] = {"repeat_share": round(repeats, 4)}
    latest = Validation.of(sampled(dataset, RANKER_LINES, seed), seed)
    if seconds <= 0 or len(latest.task) < FEWEST_QUERIES:
        return Choice(recipe, why | {"verdict": "defaults: no time to search, or hardly anybody came back"})
    earlier = Validation.of(sampled(latest.train, CASCADE_LINES, seed), seed)
    # Without times or repeats there is no next order to learn, and a twice thinned history favours what knows nobody.
    ranks = dataset.timed or own
    judge = earlier if ranks and len(earlier.task) >= FEWEST_QUERIES else latest
    recipe, why["cascade"] = search_cascade(judge, recipe, deadline, progress)
    recipe = seen(recipe)
    settings = settings_for(latest.train, seed=seed, threads=threads) if ranks else None
    if settings is None:
        return Choice(recipe, why | {"next_order": {"verdict": "not tried: no orders that follow one another"}})
    named = {name: recipe.methods[name] for name in (OWN, COUNTED, ALIKE, SEGMENT) if name in recipe.methods}
    needed = judged(replace(recipe, methods=named))
    trials = [latest, earlier] if len(latest.task) < FEW_CUSTOMERS and judge is earlier else [latest]
    cuts = [Asked(trial, learn_parts(trial.train, needed, progress)) for trial in trials]
    recipe, why["next_order"] = search_next_order(cuts, recipe, settings, progress, memory or Memory())
    return Choice(recipe, why)


def plain(discovery: Discovery, *, own: bool, depth: int, seed: int, threads: int) -> Recipe:
    """Every method with its defaults; own purchases lead where customers repeat them."""
    return Recipe(
        methods={
            OWN: {},
            "als": {"depth": depth, "seed": seed, "threads": threads},
            "basket": {},
            "up_sell": {},
            "arrivals": {"seed": seed},
        },
        cascade=(OWN, BLEND, "popularity") if own else (BLEND, "popularity"),
        depth=depth,
        discovery=discovery,
    )


def by_hand(recipe: Recipe, floor: str) -> Recipe:
    """Lists as a shop makes them by hand, own usual items above the best sellers or these alone, without a ranker."""
    cascade = (COUNTED, "popularity") if floor == COUNTED else ("popularity",)
    methods = recipe.methods | {COUNTED: FLOORS.methods[COUNTED]}
    return seen(replace(recipe, methods=methods, cascade=cascade, next_order=None, ranked={}))


def seen(recipe: Recipe) -> Recipe:
    """Without what stands below the shop's best sellers: they fill any list, so nobody would see it."""
    names = recipe.cascade[: recipe.cascade.index("popularity") + 1]
    if BLEND in names or recipe.discovery is None:
        return replace(recipe, cascade=names)
    return replace(recipe, cascade=names, discovery=answering(recipe.discovery))


def sampled(dataset: Dataset, most: int, seed: int) -> Dataset:
    """Guests' lines, and those of so many customers that there are about `most` lines."""
    if len(dataset.lines) <= most:
        return dataset
    chosen = np.random.default_rng(seed).random(dataset.n_customers) < most / len(dataset.lines)
    events = dataset.events
    if events is not None:
        events = events.select(chosen[events.customer])
    lines = dataset.lines.select(np.append(chosen, True)[dataset.lines.customer])
    return with_fields(dataset, lines=lines, events=events)
