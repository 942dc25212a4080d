"""Engine: the only code that turns queries into slates: candidates, mask, cut, fallback, reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.batch import Batch
from models.cut import Mask, below, cut, is_short
from models.eligibility import Eligibility, Eligible
from models.errors import ModelsError, PlacementError, UnknownPlacement
from models.explain import explain
from models.filters import Filter
from models.judge import Judge
from models.kinds import KINDS, Purchased
from models.lists import PresortedLists
from models.methods import METHOD_NUMBER, RECENTLY_VIEWED
from models.model import Model
from models.own_items import OwnItems
from models.placements import Placement
from models.query import Query, Slate
from models.ranking import Ranking
from models.reasons import OF_PURCHASES, Code
from models.rules.moment import Moment
from models.rules.rules import Rules
from models.rules.suits import placement_suits
from models.rules.tables import Boost, Bury
from models.slots import Slots, empty_slots, only
from models.translate import Asked, present, translate
from models.variants import shown_variants
from models.verdict import Verdict
from models.view import View

# Scored items looked at before presorted lists take over; the same for every page, or pages would not fit together.
DEPTH = 200
# Candidates looked at beyond the page at first: how many are hidden, excluded or sold out, as a rule.
SPARE = 16


class Answer(msgspec.Struct, frozen=True, eq=False):
    """`slots` (B, limit), padded at the end, whose items are the variants to show;

    `fallback[b]` is the code of the presorted list that filled up the slate, 0 if none did.
    """

    slots: Slots
    fallback: NDArray[np.uint8]


class Engine:
    """Answers for one bundle and one set of placements; immutable, shared by all threads."""

    def __init__(
        self, model: Model, placements: Mapping[str, Placement], *, clock: Callable[[], float] = time.time
    ) -> None:
        """Raises PlacementError with everything that does not suit the catalogue."""
        self.model = model
        self.placements = dict(placements)
        self._eligibility = Eligibility(model.shop.catalogue, model.customer_attributes.kinds)
        self._lists = PresortedLists(model)
        self._own_items = OwnItems(model)
        self._view = View(model)
        self._clock = clock
        # Few placements have rules, and tried ones come and go.
        self._rules = lru_cache(maxsize=256)(lambda placement: Rules(placement, model, self._eligibility))
        self._check_placements()

    def with_placements(self, placements: Mapping[str, Placement]) -> Engine:
        """The same bundle, and what is kept of it, under other placements. Raises PlacementError."""
        other = copy(self)
        other.placements = dict(placements)
        other._check_placements()
        return other

    def recommend(self, query: Query) -> Slate:
        """Raises UnknownPlacement, FilterError or QueryError; anything unknown but the placement is an answer."""
        placement, asked = self._asked(query)
        answer = self.answer(placement, query, asked)
        return self._view.slate(query, asked, answer.slots[0], int(answer.fallback[0]))

    def explain_item(self, query: Query, item_id: str) -> Verdict:
        """Why the item stands in the query's slate or does not. Raises as `recommend` does."""
        placement, asked = self._asked(query)
        row = self.model.items.row(item_id, missing=-1)
        return Judge(self, placement, query, asked, row).verdict(item_id)

    def recommend_many(self, queries: Sequence[Query]) -> list[Slate | ModelsError]:
        """One slate or error per query, in order."""
        return [self._slate_or_error(query) for query in queries]

    def items(self, item_ids: Sequence[str], fields: tuple[str, ...]) -> list[dict[str, Any] | None]:
        """The catalogue fields of each item, None where unknown."""
        rows = self.model.items.rows(item_ids, missing=-1)
        return [self._view.fields(int(row), fields) if row >= 0 else None for row in rows]

    def asks_customers(self, placement: Placement) -> bool:
        """Whether filters of the placement differ from customer to customer, so that a batch of several cannot do."""
        weights: tuple[Boost | Bury, ...] = (*placement.boosts, *placement.buries)
        texts = (*placement.filters, *(rule.filter for rule in weights))
        return any(self.filter(text).needs_customer for text in texts)

    def filter(self, text: str) -> Filter:
        """A filter compiled for this catalogue, and kept. Raises FilterError."""
        return self._eligibility.filter(text)

    def answer(self, placement: Placement, query: Query, asked: Asked) -> Answer:
        """The answer to one query in rows; the placement may be one that is not configured. Raises FilterError."""
        filters = placement.filters if query.filter is None else (*placement.filters, query.filter)
        moment = Moment(asked.as_of, asked.anchor, asked.customer_attributes, query.send_id)
        eligible = self._eligible(filters, moment)
        limit = query.limit or placement.limit
        return self.slots(placement, asked.batch, eligible=eligible, moment=moment, limit=limit, offset=query.offset)

    def slots(
        self,
        placement: Placement,
        batch: Batch,
        *,
        eligible: Eligible | None = None,
        moment: Moment | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Answer:
        """The answer to a batch in rows: what `recommend`, exports and evaluations share. Raises FilterError."""
        moment = moment or Moment(present(self.model, self._clock()))
        if eligible is None:
            eligible = self._eligible(placement.filters, moment)
        limit = limit or placement.limit
        if placement.has_rules:
            return self._ruled(placement, batch, eligible, moment, limit, offset)
        wanted = offset + limit
        kind = KINDS[placement.kind]
        purchased = placement.own_items
        candidates = self._candidates(placement, batch)
        # Most slates are full after a few candidates: the others are looked at only where one is not.
        found = candidates[:, : wanted + SPARE]
        own = valid = self._mask(found, batch, eligible, purchased)
        if is_short(valid, wanted):
            found, valid = candidates, self._mask(candidates, batch, eligible, purchased)
            if placement.asks_own_items:
                more = self._own_items.below(found, valid.sum(axis=1) < wanted, batch, eligible)
                found, valid = below(found, valid, more, self._mask(more, batch, eligible, purchased))
            for name in kind.lists:
                found, valid = self._fill(name, found, valid, batch, eligible, purchased, wanted)
            own = valid
            for name in placement.fallback:
                if not is_short(valid, wanted):
                    break
                found, valid = self._fill(name, found, valid, batch, eligible, purchased, wanted)
        chosen = cut(found, valid, limit, offset)
        explain(self.model.methods, batch, chosen)
        self._show_variants(chosen, batch, eligible)
        lent = np.zeros(len(batch), np.uint8) if valid is own else _fallback_codes(chosen, own, offset)
        return Answer(chosen, lent)

    def _asked(self, query: Query) -> tuple[Placement, Asked]:
        placement = self.placements.get(query.placement)
        if placement is None:
            raise UnknownPlacement(query.placement)
        return placement, translate(query, KINDS[placement.kind], self.model, self._clock())

    def _check_placements(self) -> None:
        """Every placement against this shop, so that no request meets a fault of the configuration."""
        faults = [
            f"placements.{name}.{fault}"
            for name, placement in self.placements.items()
            for fault in placement_suits(placement, self.model, self._eligibility)
        ]
        if faults:
            raise PlacementError(faults)

    def _ruled(
        self, placement: Placement, batch: Batch, eligible: Eligible, moment: Moment, limit: int, offset: int
    ) -> Answer:
        """The answer where rules move what is scored: pins on top, then each source by itself, then the caps."""
        rules = self._rules(placement).at(moment, batch, eligible)
        wanted = offset + limit + len(rules.pins)
        kind = KINDS[placement.kind]
        purchased = placement.own_items
        in_lists: Purchased = "hide" if purchased == "hide" else "show"

        def allowed(slots: Slots, purchased: Purchased = in_lists) -> Mask:
            return self._mask(slots, batch, eligible, purchased) & rules.allows(slots["item"])

        pins, own = rules.pins.slots(len(batch)), self._candidates(placement, batch)
        ranking = Ranking(pins, rules.pins.one_a_place(allowed(pins)))
        ranking.put_below(*rules.reranked(own, allowed(own, purchased), wanted))
        if placement.asks_own_items:
            # Deeper than rules look, as the lists below are.
            more = self._own_items.below(own, (ranking.filled < wanted) | bool(rules.caps), batch, eligible)
            ranking.put_below(more, allowed(more, purchased))
        lists = {name: name not in kind.lists for name in (*kind.lists, *placement.fallback)}
        for name, lent in lists.items():
            # Caps may pass over what would fill the slate; else lists are asked as far as they are needed.
            if rules.caps or not lent or ranking.is_short(wanted):
                more = self._lists.slots(name, batch, eligible, DEPTH)
                ranking.put_below(*rules.reranked(more, allowed(more), wanted), lent=lent)
        # Deeper than rules look, lists go on as they are: how deep depends on the page, what stands above does not.
        for name, lent in lists.items():
            if ranking.is_short(wanted):
                spare = (
                    ranking.filled + batch.exclude.lengths + self.model.shop.history.items.lengths_of(batch.customers)
                )
                more = self._lists.slots(name, batch, eligible, wanted + int(spare.max(initial=0)))
                ranking.put_below(more, allowed(more), lent=lent)
        chosen, column = rules.arranged(ranking.slots, ranking.valid, limit, offset)
        explain(self.model.methods, batch, chosen)
        self._show_variants(chosen, batch, eligible)
        return Answer(chosen, _first_codes(chosen, ranking.lent(column)))

    def _slate_or_error(self, query: Query) -> Slate | ModelsError:
        try:
            return self.recommend(query)
        except ModelsError as error:
            return error

    def _eligible(self, filters: tuple[str, ...], moment: Moment) -> Eligible:
        return self._eligibility.of(filters, anchor=moment.anchor, customer=moment.customer, as_of=moment.as_of)

    def _candidates(self, placement: Placement, batch: Batch) -> Slots:
        kind = KINDS[placement.kind]
        if placement.methods is None:
            ranker = self.model.ranker(placement.kind, placement.own_items)
            if ranker is not None:
                return ranker.candidates(batch, DEPTH)
        if kind.recent:
            return _viewed(batch)
        found, valid = empty_slots(len(batch), 0), np.zeros((len(batch), 0), np.bool_)
        for name in placement.methods or kind.methods:
            if name in self.model.methods:
                more = self.model.methods[name].candidates(batch, DEPTH)
                found, valid = below(found, valid, more, more["item"] >= 0)
        return found if np.array_equal(valid, found["item"] >= 0) else only(found, valid)

    def _mask(self, found: Slots, batch: Batch, eligible: Eligible, purchased: Purchased) -> Mask:
        """Which slots may be shown: sellable, passing the filters, not excluded, and as `purchased` says."""
        items = found["item"]
        valid = eligible.picks(items) >= 0
        if len(batch.exclude.values):
            valid &= ~batch.exclude.contains(items)
        if purchased != "show":
            owned = self.model.shop.history.positions(batch.customers, items) >= 0
            valid &= owned if purchased == "only" else ~owned
        return valid

    def _fill(
        self,
        name: str,
        found: Slots,
        valid: Mask,
        batch: Batch,
        eligible: Eligible,
        purchased: Purchased,
        wanted: int,
    ) -> tuple[Slots, Mask]:
        """Appends the presorted list `name`, deep enough that what is excluded or shown already cannot empty it."""
        hidden = self.model.shop.history.items.lengths_of(batch.customers) if purchased == "hide" else 0
        filled = valid.sum(axis=1)
        # Rows that are full already need nothing, however many they have.
        spare = np.where(filled < wanted, filled + batch.exclude.lengths + hidden, 0)
        more = self._lists.slots(name, batch, eligible, wanted + int(spare.max(initial=0)))
        allowed = self._mask(more, batch, eligible, "hide" if purchased == "hide" else "show")
        return below(found, valid, more, allowed)

    def _show_variants(self, chosen: Slots, batch: Batch, eligible: Eligible) -> None:
        """Puts variants where leads stand: the one this customer last bought, else the best-selling eligible."""
        history, leads = self.model.shop.history, chosen["item"]
        if self.model.shop.catalogue.group is None:
            return
        chosen["item"] = shown_variants(history, batch.customers, leads, eligible)
        told = np.isin(chosen["code"], OF_PURCHASES)
        chosen["evidence"][told] = history.last_bought(batch.customers, chosen["evidence"])[told]


def _viewed(batch: Batch) -> Slots:
    """`recent` itself as slots, latest first."""
    lengths = batch.recent.lengths
    slots = empty_slots(len(batch), int(lengths.max(initial=0)))
    place = np.arange(len(batch.recent.values)) - np.repeat(batch.recent.indptr[:-1], lengths)
    where = batch.recent.queries(), place
    slots["item"][where] = batch.recent.values
    slots["score"][where] = 1.0 / (1.0 + place)
    slots["method"][where] = METHOD_NUMBER[RECENTLY_VIEWED]
    slots["code"][where] = Code.RECENTLY_VIEWED
    return slots


def _fallback_codes(chosen: Slots, own: Mask, offset: int) -> NDArray[np.uint8]:
    """The code of the first slot chosen beyond the placement's `own` valid ones, 0 where there is none."""
    limit = chosen.shape[1]
    own_slots = own.sum(axis=1) - offset
    first = np.clip(own_slots, 0, limit - 1)
    rows = np.arange(len(chosen))
    used = (own_slots < limit) & (chosen["item"][rows, first] >= 0)
    return np.where(used, chosen["code"][rows, first], 0).astype(np.uint8)


def _first_codes(chosen: Slots, lent: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The code of the first slot of each row that is `lent`, 0 where there is none."""
    if not lent.shape[1]:
        return np.zeros(len(chosen), np.uint8)
    first = lent.argmax(axis=1)
    rows = np.arange(len(chosen))
    return np.where(lent[rows, first], chosen["code"][rows, first], 0).astype(np.uint8)
