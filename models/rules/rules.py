"""Rules: those of one placement over one bundle, and what of them holds at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.cut import Mask, padded
from models.eligibility import Eligibility, Eligible
from models.model import Model
from models.placements import Placement
from models.rules.caps import Cap, capped
from models.rules.factors import Factor, multiplied
from models.rules.likeness import Likeness
from models.rules.margins import margins_of, weighed
from models.rules.moment import Moment
from models.rules.pins import Pins, with_scores_of_neighbours
from models.rules.relevance import descending, relevance_of
from models.rules.rotations import drawn, occasion
from models.rules.schedule import Schedule
from models.rules.spread import spread
from models.rules.tables import Boost, Bury, Scheduled
from models.slots import SLOT, Slots, only, reordered
from models.variants import shown_variants


class Rules:
    """Immutable, shared by all threads; made for placements that suit the catalogue (see suits.py)."""

    def __init__(self, placement: Placement, model: Model, eligibility: Eligibility) -> None:
        self.placement = placement
        self.history = model.shop.history
        self._catalogue = model.shop.catalogue
        weights: tuple[Boost | Bury, ...] = (*placement.boosts, *placement.buries)
        self._factors = [Factor(eligibility.filter(rule.filter), rule.factor, self._schedule(rule)) for rule in weights]
        rows = model.items.rows([pin.item_id for pin in placement.pins], missing=-1)
        leads = model.shop.catalogue.leads(rows).tolist()
        # An item that the catalogue does not have is pinned nowhere, as a brand that it does not have filters nothing.
        self._pins = [
            (self._schedule(pin), (lead, pin.position - 1))
            for lead, pin in zip(leads, placement.pins, strict=True)
            if lead >= 0
        ]

    def at(self, moment: Moment, batch: Batch, eligible: Eligible) -> RulesNow:
        return RulesNow(
            self,
            [factor for factor in self._factors if factor.schedule.holds(moment.as_of)],
            Pins.of([pin for schedule, pin in self._pins if schedule.holds(moment.as_of)]),
            moment,
            batch,
            eligible,
        )

    @cached_property
    def likeness(self) -> Likeness:
        return Likeness(self._catalogue)

    @cached_property
    def margins(self) -> NDArray[np.float64]:
        return margins_of(self._catalogue)

    @cached_property
    def caps(self) -> list[Cap]:
        diversity = self.placement.diversity
        caps = []
        if diversity is not None and diversity.max_per_category is not None:
            caps.append(Cap(self.likeness.categories(diversity.category_level), diversity.max_per_category))
        if diversity is not None and diversity.max_per_brand is not None and self.likeness.brand is not None:
            caps.append(Cap(self.likeness.brand, diversity.max_per_brand))
        return caps

    def _schedule(self, rule: Scheduled) -> Schedule:
        return Schedule.read(rule.start, rule.until, self.placement.timezone)


class RulesNow:
    """The rules that hold for one batch at one moment."""

    def __init__(
        self,
        rules: Rules,
        factors: Sequence[Factor],
        pins: Pins,
        moment: Moment,
        batch: Batch,
        eligible: Eligible,
    ) -> None:
        self.pins = pins
        self.caps = rules.caps
        self._rules = rules
        self._placement = rules.placement
        self._factors = factors
        self._moment = moment
        self._batch = batch
        self._eligible = eligible

    def allows(self, items: NDArray[np.int32]) -> Mask:
        """What was not bought too recently, (B, W)."""
        days = self._placement.hide_bought_days
        history = self._rules.history
        if days is None or not len(history.age):
            return np.ones(items.shape, np.bool_)
        position = history.positions(self._batch.customers, items)
        return (position < 0) | (history.age[position] + self._batch.elapsed[:, None] >= days)

    def reranked(self, slots: Slots, valid: Mask, places: int) -> tuple[Slots, Mask]:
        """One source of candidates in the order that boosts, margin, rotation and likeness give it.

        `places`: how many of the ranking are asked for; the first of them are the same however many that is.
        """
        placement, mmr = self._placement, self._mmr
        if not (self._factors or placement.margin or placement.rotation or mmr):
            return slots, valid
        rows = self._shown(slots)
        weight = multiplied(relevance_of(valid), self._factors, rows, self._moment)
        if placement.margin is not None:
            weight = weighed(weight, valid, self._rules.margins[rows], placement.margin, placement.limit)
        slots, valid, weight, rows = _taken(descending(weight, valid), slots, valid, weight, rows)
        if placement.rotation is not None:
            number = occasion(placement.rotation, self._moment, placement.timezone)
            order = drawn(weight, valid, self._batch.customers, slots["item"], placement.rotation, number)
            # The weights stay: a place is worth what it was, whoever is drawn for it.
            slots, rows = _taken(order, slots, rows)
        if mmr:
            likeness = self._rules.likeness.among(rows)
            order = spread(weight, valid, likeness, weight=mmr, places=places, stretch=placement.limit)
            slots, valid, weight = _taken(order, slots, valid, weight)
        slots["score"] = np.minimum.accumulate(np.where(valid, weight, np.inf), axis=1)
        return slots, valid

    def arranged(self, found: Slots, valid: Mask, limit: int, offset: int) -> tuple[Slots, NDArray[np.intp]]:
        """The slate, (B, limit), and the column of `found` that each slot comes from, -1 where it is empty.

        The first columns of `found` are the pins.
        """
        places = offset + limit + len(self.pins)
        column = np.broadcast_to(np.arange(found.shape[1]), found.shape)
        if self.caps:
            order = capped(
                valid, self._shown(found), self.caps, self.pins.places, places=places, stretch=self._placement.limit
            )
            found, valid, column = _taken(order, found, valid, column)
        order = np.argsort(self.pins.arranged(valid), axis=1, kind="stable")[:, :places]
        found, valid, column = _taken(order, found, valid, column)
        found = only(found, valid)
        with_scores_of_neighbours(found)
        missing = np.full((len(found), max(offset + limit - found.shape[1], 0)), -1)
        columns = np.concatenate([np.where(valid, column, -1), missing], axis=1)
        cut = slice(offset, offset + limit)
        return padded(found[:, cut], limit), columns[:, cut]

    @property
    def _mmr(self) -> float | None:
        return None if self._placement.diversity is None else self._placement.diversity.mmr

    def _shown(self, slots: Slots) -> NDArray[np.int32]:
        """The variants that will be shown, which are what rules look at; 0 where nothing stands."""
        history = self._rules.history
        return np.maximum(shown_variants(history, self._batch.customers, slots["item"], self._eligible), 0)


def _taken(order: NDArray[np.intp], *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """Each array with its columns in the order given."""
    return [
        reordered(array, order) if array.dtype == SLOT else np.take_along_axis(array, order, axis=1) for array in arrays
    ]
