"""Cascades: which methods fill `for_you` one below the other, and how own purchases are looked at."""

from __future__ import annotations

from itertools import permutations
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from training.dataset import Dataset
from training.discovery import scoring
from training.learning import Arrays, Parts, draft, learn_parts, method_arrays
from training.methods.segment import attributes
from training.progress import Progress
from training.ranker import cascade
from training.recipe import Recipe, Settings
from training.search.deadline import Deadline
from training.search.validation import METRIC, Validation

OWN, COUNTED, ALIKE, SEGMENT = "repurchase", "own_frequency", "tifu", "segment"
# What own habits may count beside those of customers alike; and the settings that a report shows.
ALIKE_SHARES = (0.5, 0.2, 0.8)
ALIKE_SHOWN = ("half_life", "own_share")
# How own purchases may be looked at: half-lives in days, or in orders where times are positions; the plain one is what
# a shop counts by hand.
HALF_LIVES: dict[str, tuple[float, ...]] = {"day": (60.0, 120.0, 25.0), "order": (60.0, 25.0, 8.0)}
PLAIN_HALF_LIFE = 1e6
# Ways that are tried whatever time is left: a busy machine must not decide against what is done by hand.
ALWAYS = 2
# How many times as good another order of methods has to be: what discovery finds is asked for elsewhere too, and would
# not be learned below the best sellers; and with the whole history it finds more than with the thinned one of a trial.
WORTH = 1.05


class Way(NamedTuple):
    """A method and its settings."""

    method: str
    settings: Settings

    def __str__(self) -> str:
        return f"{self.method} ({_named(self.settings)})"


class Tried(NamedTuple):
    """`arrays`: what was learned, its own and those of the rest."""

    way: Way
    value: float
    arrays: Arrays


def repeat_share(dataset: Dataset) -> float:
    """The share of (order, item) purchases of known customers that repeat another one of theirs, of those that could.

    A first order repeats nothing, and where nothing tells which was first, each of a customer's n orders may have been:
    so a purchase counts (n - 1) / n. Otherwise many customers who came once would hide what the others do. The customer
    who repeats most is left out: one account that buys every day is no habit of the shop's customers.
    """
    lines = dataset.lines.select(dataset.lines.customer >= 0)
    n_items, n_customers = max(dataset.n_items, 1), dataset.n_customers
    order, first_lines = np.unique(lines.order, return_index=True)
    whose = lines.customer[first_lines]
    bought = np.unique(lines.order.astype(np.int64) * n_items + lines.item)
    pairs = np.unique(lines.customer.astype(np.int64) * n_items + lines.item)
    buyer = whose[np.searchsorted(order, bought // n_items)]
    could = np.bincount(buyer, 1.0 - 1.0 / np.bincount(whose)[buyer], minlength=n_customers)
    repeats = np.bincount(buyer, minlength=n_customers) - np.bincount(pairs // n_items, minlength=n_customers)
    others = np.arange(n_customers) != repeats.argmax() if n_customers else np.zeros(0, np.bool_)
    return float(repeats[others].sum() / could[others].sum()) if could[others].sum() else 0.0


def own_ways(dataset: Dataset) -> list[Way]:
    """Ways to rank own purchases, the default and plain frequency first: by when they are due, or by decayed counts."""
    halves = HALF_LIVES[dataset.unit]
    due = [Way(OWN, {"half_life": half}) for half in halves]
    counted = [Way(COUNTED, {"half_life": half}) for half in (PLAIN_HALF_LIFE, *halves)]
    return [due[0], counted[0], *due[1:], *counted[1:]]


def alike_settings(dataset: Dataset, depth: int) -> list[Settings]:
    """Ways to join own habits with those of customers alike."""
    halves = HALF_LIVES[dataset.unit]
    return [{"half_life": half, "own_share": share, "depth": depth} for half in halves[:2] for share in ALIKE_SHARES]


def judged(recipe: Recipe) -> Recipe:
    """What the lists of `for_you` are made of, without what is learned for other placements."""
    return recipe if recipe.discovery is None else replace(recipe, discovery=scoring(recipe.discovery))


def search_cascade(
    trial: Validation, recipe: Recipe, deadline: Deadline, progress: Progress
) -> tuple[Recipe, dict[str, Any]]:
    """The settings of own purchases, then the order of methods, that foretell the next visit best; and all tried."""
    search = _Search(trial, recipe, deadline, progress)
    own = search.own_purchases() if OWN in recipe.cascade else {}
    orders = search.orders()
    if OWN in recipe.cascade:
        orders |= search.customers_alike(max(orders.values()))
    orders |= search.segments(max(orders.values()))
    progress.note(f"cascade: {METRIC} {max(orders.values()):.4f} with {' > '.join(search.recipe.cascade)}")
    return search.recipe, {"customers": len(trial.task), "own_purchases": own, "orders": orders}


class _Search:
    """`recipe`: the best so far; `parts`: what it learned of the trial's history."""

    def __init__(self, trial: Validation, recipe: Recipe, deadline: Deadline, progress: Progress) -> None:
        self._trial = trial
        self._deadline = deadline
        self.recipe = recipe
        named = judged(replace(recipe, methods={OWN: recipe.methods[OWN]}))
        self.parts = learn_parts(trial.train, named, progress)
        progress.step("search cascade")

    def own_purchases(self) -> dict[str, float]:
        """Tries every way to look at them. The best by when they are due is kept beside counts that are better still:

        reminders ask it.
        """
        found: list[Tried] = []
        for way in own_ways(self._trial.train):
            if len(found) >= ALWAYS and self._deadline.passed:
                break
            arrays = self.parts.arrays | method_arrays(*way, self._trial.train)
            value = self._judged(Parts(arrays, self.parts.lists), _led_by(self.recipe.cascade, way))
            found.append(Tried(way, value, arrays))
        due = max((tried for tried in found if tried.way.method == OWN), key=lambda tried: tried.value)
        best = max(found, key=lambda tried: tried.value)
        methods = self.recipe.methods | {tried.way.method: tried.way.settings for tried in (due, best)}
        self.recipe = replace(self.recipe, methods=methods, cascade=_led_by(self.recipe.cascade, best.way))
        self.parts = Parts(best.arrays | due.arrays, self.parts.lists)
        return {str(tried.way): tried.value for tried in found}

    def orders(self) -> dict[str, float]:
        """Tries every order of the cascade's methods; another than the first has to be WORTH it."""
        found: dict[str, float] = {}
        least = -1.0
        for names in permutations(self.recipe.cascade):
            if len(found) >= ALWAYS and self._deadline.passed:
                break
            value = self._judged(self.parts, names)
            if value > least:
                self.recipe = replace(self.recipe, cascade=names)
                least = value if found else WORTH * value
            found[" > ".join(names)] = value
        return found

    def customers_alike(self, least: float) -> dict[str, float]:
        """Tries, above the best order of the others, own habits joined with those of customers alike."""
        found: dict[str, float] = {}
        below = self.recipe.cascade
        for settings in alike_settings(self._trial.train, self.recipe.depth):
            if self._deadline.passed:
                break
            arrays = self.parts.arrays | method_arrays(ALIKE, settings, self._trial.train)
            value = self._judged(Parts(arrays, self.parts.lists), (ALIKE, *below))
            if value > max([least, *found.values()]):
                methods = self.recipe.methods | {ALIKE: settings}
                self.recipe = replace(self.recipe, methods=methods, cascade=(ALIKE, *below))
            name = f"{ALIKE} ({_named({each: settings[each] for each in ALIKE_SHOWN})}) > {' > '.join(below)}"
            found[name] = value
        return found

    def segments(self, least: float) -> dict[str, float]:
        """Tries best sellers of the customer's segment above those of the shop, where customers have attributes."""
        if not attributes(self._trial.train) or self._deadline.passed:
            return {}
        parts = self._with_alike()
        arrays = parts.arrays | method_arrays(SEGMENT, {}, self._trial.train)
        place = self.recipe.cascade.index("popularity")
        names = (*self.recipe.cascade[:place], SEGMENT, *self.recipe.cascade[place:])
        value = self._judged(Parts(arrays, parts.lists), names)
        if value > least:
            self.recipe = replace(self.recipe, methods=self.recipe.methods | {SEGMENT: {}}, cascade=names)
        return {" > ".join(names): value}

    def _with_alike(self) -> Parts:
        """What was learned, with the habits of customers alike where the cascade names them."""
        if ALIKE not in self.recipe.cascade:
            return self.parts
        learned = method_arrays(ALIKE, self.recipe.methods[ALIKE], self._trial.train)
        return Parts(self.parts.arrays | learned, self.parts.lists)

    def _judged(self, parts: Parts, names: tuple[str, ...]) -> float:
        rows = cascade(draft(parts.arrays, self._trial.train), names, self.recipe.depth, parts.lists)
        return round(float(np.nanmean(self._trial.ndcg(parts.arrays | {"ranked/for_you": rows}))), 5)


def _led_by(names: tuple[str, ...], way: Way) -> tuple[str, ...]:
    """The cascade with another look at own purchases."""
    return tuple(way.method if name == OWN else name for name in names)


def _named(settings: Settings) -> str:
    """Settings as a report shows them."""
    return ", ".join(f"{name} {value}" for name, value in settings.items())
