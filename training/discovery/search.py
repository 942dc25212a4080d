"""Search: which methods, with which settings and weights, find what customers of this shop buy for the first time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from training.dataset import Dataset
from training.discovery.blend import Pool
from training.discovery.holdout import Holdout, hold_out
from training.discovery.judge import PLACES, gains, mean_of_means, ndcg, top
from training.discovery.proof import proven
from training.discovery.scorers import Looked, of_cold, of_sales
from training.discovery.settings import (
    CANDIDATES,
    COLD,
    DEFAULT,
    DEFAULT_WITH_EVENTS,
    INTEREST,
    TRENDING,
    Discovery,
    Why,
)
from training.discovery.space import (
    Settings,
    Space,
    content_space,
    ease_space,
    ials_space,
    item_knn_space,
    ridge_space,
    rp3beta_space,
)
from training.discovery.trees import Lesson
from training.evaluation.metrics import Rows
from training.kernels import compile_kernels
from training.methods.content import Content
from training.methods.description import Description
from training.methods.ease import EASE, MOST_ITEMS, modelled_items
from training.methods.ials import IALS
from training.methods.item_knn import ItemKNN
from training.methods.popularity import HALF_LIFE, TREND_HALF_LIFE, decayed_sales
from training.methods.ridge import Ridge
from training.methods.rp3beta import RP3Beta
from training.methods.scorer import Lists, Scorer
from training.progress import Progress

SECONDS = 60.0
MOST_TRIALS = {"item_knn": 24, "rp3beta": 8, "content": 1, "ridge": 16, "ease": 8, "ials": 12}
# When, as shares of the time, the search of each method ends; the rest is for the weights.
ENDS = {"item_knn": 0.2, "rp3beta": 0.27, "content": 0.3, "ridge": 0.45, "ease": 0.55, "ials": 0.9}
# What interest may count beside a purchase, the first until another proves better.
EVENTS = (INTEREST, 0.05, 0.6)
WEIGHTS = (0.0, 0.15, 0.3, 0.5, 0.8, 1.2, 2.0)
# What parts weigh in shops on the whole. Where fewer than so many are asked the search begins there, and takes a change
# that gains so many standard errors: what is best in a small shop's months is mostly chance, and seldom what sells.
USUAL_TASTE = {"item_knn": 0.3, "ridge": 0.5, "ials": 0.5}
USUAL = USUAL_TASTE | {"popularity": 0.8, TRENDING: 0.8}
MANY_ASKED, SURE = 3_000, 1.0
# Factors of the first trials and of the last one; neither is tried where the usual machine would need more than this
# many times what is left.
FACTORS, MORE_FACTORS = 192, 384
WORK_A_SECOND = 1e10
PATIENCE = 4.0
# A trial of EASE may take this share of the time.
EASE_SHARE = 0.03

# Learned without a weight too: they answer for items that are like another one.
ALWAYS = ("item_knn", "content")

Learn = Callable[[Settings, Holdout], Scorer]


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best settings of a method and what they learned from each hold-out."""

    settings: Settings
    scorers: list[Scorer]
    ndcg: float
    trials: int


def choose_discovery(
    dataset: Dataset,
    *,
    seconds: float = SECONDS,
    seed: int = 0,
    threads: int = 1,
    trees: bool = False,
    progress: Progress | None = None,
) -> Discovery:
    """The same data and seed choose the same, where the time suffices for every trial. Fitted to no test purchases.

    `trees`: whether to grow some, whatever time is left, and let them join the blend where they prove better.
    """
    progress = progress or Progress()
    progress.step("search discovery")
    held, protocol = hold_out(dataset, seed) if seconds > 0 else ([], "")
    if not held:
        return DEFAULT if dataset.events is None else DEFAULT_WITH_EVENTS
    compile_kernels()
    search = _Search(held, np.random.default_rng(seed), time.monotonic(), seconds)
    tuned = _tuned(search, dataset, seed, threads)
    weights, value = search.weigh(tuned)
    lessons = search.lessons(tuned, weights) if trees else []
    packed, gained = proven(lessons, seed=seed, threads=threads, progress=progress) if lessons else (b"", None)
    for name, each in tuned.items():
        progress.note(f"{name}: NDCG@{PLACES} {each.ndcg:.4f} after {each.trials} trials, {each.settings}")
    progress.note(f"blend: NDCG@{PLACES} {value:.4f} with {weights}")
    used = {name: each for name, each in tuned.items() if name in weights or name in ALWAYS}
    shared = {"depth": CANDIDATES} | ({"events": search.events} if search.events else {})
    methods: dict[str, Settings] = {"popularity": {}} | {name: each.settings | shared for name, each in used.items()}
    if not Description.of(dataset).says_nothing:
        methods.setdefault("content", shared)  # cold items need it, also where the time was too short to try it
    return Discovery(
        methods=methods | ({"looked_at": {}} if search.events else {}),
        weights=weights,
        events=search.events,
        trees=packed,
        why=Why(
            protocol=protocol,
            customers=sum(len(each.customers) for each in held),
            trials={name: each.trials for name, each in tuned.items()},
            ndcg_at_20={name: round(each.ndcg, 5) for name, each in tuned.items()} | {"blend": round(value, 5)},
            trees=gained,
        ),
    )


def _tuned(search: _Search, dataset: Dataset, seed: int, threads: int) -> dict[str, Tuned]:
    """Each method by itself, the quickest first, as far as the time goes."""
    n_items = dataset.n_items
    knn = search.tune("item_knn", item_knn_space(n_items), lambda s, h: ItemKNN(**s).learn(h.purchases))
    if dataset.events is not None:
        knn = search.weigh_events(knn)
    tuned = {"item_knn": knn}
    if search.has_time("rp3beta"):
        tuned["rp3beta"] = search.tune("rp3beta", rp3beta_space(n_items), lambda s, h: RP3Beta(**s).learn(h.purchases))
    if search.has_time("content") and not Description.of(dataset).says_nothing:
        tuned["content"] = search.tune("content", content_space(), lambda s, h: Content(**s).learn(h.train))
    if search.has_time("ridge"):
        nearest = {"selection": {name: value for name, value in knn.settings.items() if name != "neighbours"}}
        tuned["ridge"] = search.tune("ridge", ridge_space(n_items), lambda s, h: Ridge(**s).learn(h.purchases), nearest)
    if search.has_time("ease") and search.fits_ease():
        fixed = {"threads": threads}
        tuned["ease"] = search.tune("ease", ease_space(), lambda s, h: EASE(**s).learn(h.purchases), fixed)
    least, more = (ials_work(dataset, factors) / WORK_A_SECOND / PATIENCE for factors in (FACTORS, MORE_FACTORS))
    if search.has_time("ials", least):
        fixed = {"factors": FACTORS, "seed": seed}
        tuned["ials"] = search.tune("ials", ials_space(), lambda s, h: IALS(**s).learn(h.purchases), fixed)
        if search.has_time("ials", more):
            tuned["ials"] = search.widened(tuned["ials"])
    return tuned


class _Search:
    def __init__(self, held: list[Holdout], generator: np.random.Generator, started: float, seconds: float) -> None:
        looked = any(each.train.events is not None for each in held)
        self.events = EVENTS[0] if looked else 0.0
        self._held = [each.counting(self.events) for each in held]
        self._generator = generator
        self._started = started
        self._seconds = seconds
        self._took = 0.0

    def has_time(self, name: str, trial_seconds: float = 0.0) -> bool:
        """Whether a trial that takes so long would end in time."""
        return time.monotonic() - self._started + trial_seconds < self._seconds * ENDS[name]

    def fits_ease(self) -> bool:
        """Whether the inverses of one trial are quick enough, and few items are left out of them."""
        sizes = [len(modelled_items(each.purchases, each.purchases.shape[1])) for each in self._held]
        work = sum(2.0 * size**3 for size in sizes)
        return max(sizes) <= MOST_ITEMS and work <= EASE_SHARE * self._seconds * WORK_A_SECOND

    def weigh_events(self, tuned: Tuned) -> Tuned:
        """Lets interest count as much as suits item-kNN, and every method that is tuned later."""
        best, held = tuned, self._held
        for events in EVENTS[1:]:
            self._held = [each.counting(events) for each in held]
            tried = self._tried(tuned.settings, lambda s, h: ItemKNN(**s).learn(h.purchases), best.trials + 1)
            best = tried if tried.ndcg > best.ndcg else replace(best, trials=tried.trials)
            self.events = events if best is tried else self.events
        self._held = [each.counting(self.events) for each in held]
        return best

    def tune(self, name: str, space: Space, learn: Learn, fixed: Settings | None = None) -> Tuned:
        """Tries the starts, then changes of the best: one trial, and more while at least half of the next one fits."""
        best = self._tried(space.starts[0] | (fixed or {}), learn, 1)
        for trial in range(1, MOST_TRIALS[name]):
            if not self.has_time(name, self._took / 2):
                break
            if trial < len(space.starts):
                settings = space.starts[trial] | (fixed or {})
            else:
                settings = space.near(best.settings, self._generator)
            tried = self._tried(settings, learn, trial + 1)
            best = tried if tried.ndcg > best.ndcg else replace(best, trials=tried.trials)
        return best

    def widened(self, tuned: Tuned) -> Tuned:
        """iALS with more factors, where they help."""
        settings = tuned.settings | {"factors": MORE_FACTORS}
        wider = self._tried(settings, lambda s, h: IALS(**s).learn(h.purchases), tuned.trials + 1)
        return wider if wider.ndcg > tuned.ndcg else replace(tuned, trials=wider.trials)

    def weigh(self, tuned: dict[str, Tuned]) -> tuple[dict[str, float], float]:
        """Weights by coordinate search, from the best method alone where many are asked, else from the usual ones."""
        parts = [self._parts(number, tuned) for number in range(len(self._held))]
        names = list(parts[0])
        pools = [self._pool(each, held) for each, held in zip(parts, self._held, strict=True)]
        judged = [(pool.items, pool.standardised(), held) for pool, held in zip(pools, self._held, strict=True)]

        def judge(weights: NDArray[np.float32]) -> list[Rows]:
            return [ndcg(top(items, parts @ weights), held) for items, parts, held in judged]

        many = sum(len(held.customers) for held in self._held) >= MANY_ASKED
        best = usual_weights(names)
        if many:
            best = max(np.eye(len(names), dtype=np.float32), key=lambda alone: mean_of_means(judge(alone)))
        rows = judge(best)
        for place, weight in chain(*([(p, w) for p in range(len(names)) for w in WEIGHTS] for _ in range(2))):
            changed = best.copy()
            changed[place] = weight
            if changed.any() and gains(found := judge(changed), rows, 0.0 if many else SURE):
                best, rows = changed, found
        return {name: round(float(w), 3) for name, w in zip(names, best, strict=True) if w > 0}, mean_of_means(rows)

    def lessons(self, tuned: dict[str, Tuned], weights: dict[str, float]) -> list[Lesson]:
        """What trees learn from: the candidates that the weighted parts bring in."""
        found = []
        for number, held in enumerate(self._held):
            every = self._parts(number, tuned)
            parts = {name: every[name] for name in weights}
            counts = np.array(list(weights.values()), np.float32)
            found.append(Lesson.of(held, list(parts.values()), self._pool(parts, held), counts))
        return found

    def _tried(self, settings: Settings, learn: Learn, trials: int) -> Tuned:
        began = time.monotonic()
        scorers = [learn(settings, held) for held in self._held]
        found = [scorer.best(held.bought, PLACES)[0] for scorer, held in zip(scorers, self._held, strict=True)]
        value = mean_of_means([ndcg(items, held) for items, held in zip(found, self._held, strict=True)])
        self._took = time.monotonic() - began
        return Tuned(settings, scorers, value, trials)

    def _parts(self, number: int, tuned: dict[str, Tuned]) -> dict[str, Scorer]:
        """All parts that a blend may have, as learned from one hold-out."""
        held = self._held[number]
        parts: dict[str, Scorer] = {name: each.scorers[number] for name, each in tuned.items()}
        content = parts.get(Content.name)
        if isinstance(content, Lists):
            parts[COLD] = of_cold(content, held.purchases)
        if self.events:
            parts["looked_at"] = Looked()
        parts["popularity"] = of_sales(decayed_sales(held.train, HALF_LIFE))
        if held.train.timed and held.train.unit == "day":
            parts[TRENDING] = of_sales(decayed_sales(held.train, TREND_HALF_LIFE))
        return parts

    def _pool(self, parts: dict[str, Scorer], held: Holdout) -> Pool:
        best = [scorer.best(held.bought, CANDIDATES)[0] for scorer in parts.values()]
        return Pool.of(list(parts.values()), held.bought, best)


def usual_weights(names: Sequence[str]) -> NDArray[np.float32]:
    """Those of the parts there are; item-kNN stands in for what was not tried, lest best sellers outweigh taste."""
    untried = sum(weight for name, weight in USUAL_TASTE.items() if name not in names)
    weights = USUAL | {"item_knn": USUAL["item_knn"] + untried}
    return np.array([weights.get(name, 0.0) for name in names], np.float32)


def ials_work(dataset: Dataset, factors: int) -> float:
    """About how many multiplications it takes to learn iALS and to rank all items for all customers."""
    purchases = dataset.purchases()
    degrees = np.diff(purchases.indptr), np.bincount(purchases.indices, minlength=dataset.n_items)
    solving = 0.0
    for degree in degrees:
        rank = np.minimum(degree, factors).astype(np.float64)
        solving += float((degree * rank * factors + rank**3 / 3).sum())
    return 5.0 * solving + float(dataset.n_customers) * dataset.n_items * factors
