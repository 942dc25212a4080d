"""View: slots as a Slate in external ids, with catalogue fields and one sentence of reason each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import UNSET

from models.cards import DEFAULT_FIELDS
from models.catalogue import TextColumn
from models.lists import LIST_OF_CODE
from models.methods import METHOD_NAMES
from models.model import Model
from models.query import Query, Reason, Slate, SlateItem
from models.reasons import CODES, OF_PURCHASES, Code, evidence_of, sentence
from models.slots import Slots
from models.translate import Asked

# What one slot says: its code, the evidence's row, and the two numbers.
Told = tuple[int, int, float, float]


class View:
    """Renders the slates of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        title = model.shop.catalogue.columns.get("title")
        self._title = title if isinstance(title, TextColumn) else None
        self._unit = model.shop.unit

    def slate(self, query: Query, asked: Asked, slots: Slots, fallback: int) -> Slate:
        """One query's chosen slots (limit,) as its Slate."""
        rows = slots["item"]
        rows = rows[: np.count_nonzero(rows >= 0)]
        item_ids = self._model.items.ids(rows)
        cards = self._model.cards.of(rows, query.fields)
        places = slots[: len(rows)].tolist()
        reasons = self.reasons(
            [
                (code, _evidence(code, evidence, asked), n1, n2 + asked.elapsed)
                for _, _, evidence, n1, n2, _, code in places
            ],
            with_evidence=query.evidence,
        )
        return Slate(
            query.placement,
            self._model.manifest.version,
            bool(asked.batch.customers[0] >= 0),
            LIST_OF_CODE.get(fallback),
            tuple(
                [
                    SlateItem(item_id, rank, place[1], METHOD_NAMES[place[5]], reason, card)
                    for rank, (item_id, place, reason, card) in enumerate(
                        zip(item_ids, places, reasons, cards, strict=True), start=query.offset + 1
                    )
                ]
            ),
        )

    def fields(self, row: int, names: tuple[str, ...] | None) -> dict[str, Any]:
        """The catalogue fields of one item; None asks for the default ones."""
        return self._model.shop.catalogue.fields(row, DEFAULT_FIELDS if names is None else names)

    def reasons(self, told: Sequence[Told], *, with_evidence: bool = False) -> list[Reason]:
        """What slots say; `n2` at the moment of the query, not at the bundle's reference time."""
        ids = iter(self._model.items.ids([row for _, row, _, _ in told if row >= 0]))
        reasons = []
        for number, row, n1, n2 in told:
            code = CODES[number]
            title: str | None = None
            item_ids: tuple[str, ...] = ()
            if row >= 0:
                item_ids = (next(ids),)
                title = (self._title and self._title.value(row)) or item_ids[0]
            parts = (code, title, n1, n2, self._unit)
            reasons.append(
                Reason(code.key, sentence(*parts), item_ids, evidence_of(*parts) if with_evidence else UNSET)
            )
        return reasons


def _evidence(code: int, row: int, asked: Asked) -> int:
    """The variant that the query named, where a reason tells of the query and not of purchases."""
    if not (asked.named or asked.viewed) or code in OF_PURCHASES:
        return row
    named = asked.viewed if code == Code.BECAUSE_YOU_VIEWED else asked.named
    return named.get(row, row)
