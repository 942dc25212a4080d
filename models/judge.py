"""Judge: finds the verdict on one item of one slate by asking the Engine what the slate is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from models.kinds import KINDS
from models.placements import Placement
from models.query import Query
from models.translate import Asked
from models.verdict import Finding, FindingCode, MethodScore, Verdict

if TYPE_CHECKING:
    from models.engine import Engine

# How far down the ranking an item is looked for.
LOOKED_AT = 1_000
RANKER = "ranker"


@dataclass(frozen=True)
class Judge:
    """`row`: the item's, -1 where the catalogue has none; `asked`: the query in rows."""

    engine: Engine
    placement: Placement
    query: Query
    asked: Asked
    row: int

    def verdict(self, item_id: str) -> Verdict:
        """Raises FilterError."""
        limit = self.query.limit or self.placement.limit
        rank = self.rank(self.placement)
        shown = rank is not None and self.query.offset < rank <= self.query.offset + limit
        findings = (*self._barred(), *self._placed(rank, shown))
        return Verdict(item_id, shown, rank, findings, tuple(self._scores()))

    def rank(self, placement: Placement) -> int | None:
        """The item's place in the ranking of the placement, None where it has none or another variant has it."""
        query = replace(self.query, offset=0, limit=LOOKED_AT)
        found = np.flatnonzero(self.engine.answer(placement, query, self.asked).slots[0]["item"] == self.row)
        return int(found[0]) + 1 if self.row >= 0 and len(found) else None

    @cached_property
    def _lead(self) -> int:
        group = self.engine.model.shop.catalogue.group
        return self.row if group is None or self.row < 0 else int(group[self.row])

    def _barred(self) -> Iterator[Finding]:
        """What keeps the item out, whatever its score."""
        catalogue, placement, query = self.engine.model.shop.catalogue, self.placement, self.query
        if self.row < 0:
            yield _found("unknown_item", "The catalogue has no such item")
            return
        if not catalogue.sellable[self.row]:
            yield _found("not_sellable", "It is out of stock, hidden, or no longer in the feed")
        for text in (*placement.filters, *([query.filter] if query.filter else [])):
            if not self._passes(text):
                yield _found("filtered", f"It does not meet the filter {text}")
        named: dict[FindingCode, tuple[str, tuple[str, ...]]] = {
            "asked_about": ("The query is about it", query.item_id),
            "in_cart": ("It is in the cart", query.cart),
            "just_viewed": ("It was just viewed", () if KINDS[placement.kind].recent else query.recent),
            "excluded": ("The query excludes it", query.exclude),
        }
        for code, (text, item_ids) in named.items():
            if self._lead in self._leads(item_ids):
                yield _found(code, text)
        yield from self._by_purchases()

    def _by_purchases(self) -> Iterator[Finding]:
        history, purchased = self.engine.model.shop.history, self.placement.own_items
        position = int(history.positions(self.asked.batch.customers, np.array([[self._lead]], np.int32))[0, 0])
        days = self.placement.hide_bought_days
        if position < 0 and purchased == "only":
            yield _found("never_bought", "The customer never bought it: only a fallback may show it")
        if position >= 0 and purchased == "hide":
            yield _found("bought", "The customer bought it, and the placement hides that")
        if position >= 0 and days is not None and history.age[position] + self.asked.elapsed < days:
            yield _found("bought_recently", f"The customer bought it within {days} days")

    def _placed(self, rank: int | None, shown: bool) -> Iterator[Finding]:
        """Where the item came, if nothing bars it."""
        first = self.query.offset + 1
        last = self.query.offset + (self.query.limit or self.placement.limit)
        if rank is None:
            if not any(finding.code != "never_bought" for finding in self._barred()):
                other = self._other_variant()
                yield (
                    _found("other_variant", f"{other} stands for the same product")
                    if other
                    else _found("not_a_candidate", "No method and no fallback brought it up for this query")
                )
        elif shown:
            yield _found("shown", f"It stands at place {rank}")
        elif rank < first:
            yield _found("on_another_page", f"It stands at place {rank}, before this page")
        elif self._is_capped(last):
            yield _found("capped", f"A cap moved it to place {rank}; the slate ends at {last}")
        else:
            yield _found("ranked_below", f"It came to place {rank}; the slate ends at {last}")

    def _is_capped(self, last: int) -> bool:
        """Whether it would be in the slate if categories and brands were not counted."""
        diversity = self.placement.diversity
        if diversity is None or diversity.mmr is not None:
            return False
        rank = self.rank(replace(self.placement, diversity=None))
        return rank is not None and rank <= last

    def _other_variant(self) -> str | None:
        if self.engine.model.shop.catalogue.group is None:
            return None
        query = replace(self.query, offset=0, limit=LOOKED_AT)
        shown = self.engine.answer(self.placement, query, self.asked).slots[0]["item"]
        shown = shown[shown >= 0]
        same = shown[self.engine.model.shop.catalogue.leads(shown) == self._lead]
        return self.engine.model.items.id(int(same[0])) if len(same) else None

    def _passes(self, text: str) -> bool:
        asked = self.asked
        rows = np.array([self.row])
        return bool(self.engine.filter(text).of(rows, asked.anchor, asked.customer_attributes, asked.as_of)[0])

    def _leads(self, item_ids: tuple[str, ...]) -> set[int]:
        rows = self.engine.model.items.rows(item_ids, missing=-1)
        return set(self.engine.model.shop.catalogue.leads(rows).tolist()) - {-1}

    def _scores(self) -> Iterator[MethodScore]:
        model, batch = self.engine.model, self.asked.batch
        sources = {name: method.candidates for name, method in model.methods.items()}
        if (ranker := model.ranker(self.placement.kind, self.placement.own_items)) is not None:
            sources[RANKER] = ranker.candidates
        for name, candidates in sources.items():
            slots = candidates(batch, LOOKED_AT)[0]
            places = np.flatnonzero((slots["item"] == self._lead) & (slots["item"] >= 0))
            for place in places.tolist():
                yield MethodScore(name, place + 1, float(slots["score"][place]))


def _found(code: FindingCode, text: str) -> Finding:
    return Finding(code, text)
