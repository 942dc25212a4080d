"""View: slots as a Slate in external ids, with catalogue fields and one sentence of reason each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from msgspec import UNSET

from models.cards import DEFAULT_FIELDS
from models.catalogue import TextColumn
from models.lists import LIST_OF_CODE
from models.methods import METHOD_NAMES
from models.model import Model
from models.query import Query, Reason, Slate, SlateItem
from models.reasons import CODES, NAMING, OF_PURCHASES, Code, evidence_of, sentence
from models.slots import Slots, records
from models.translate import Asked

# What one slot says: its code, the evidence's row, and the two numbers.
Told = tuple[int, int, float, float]


class View:
    """Renders the slates of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        title = model.shop.catalogue.columns.get("title")
        self._title_of = title.value if isinstance(title, TextColumn) else _untitled
        self._unit = model.shop.unit

    def slate(self, query: Query, asked: Asked, slots: Slots, fallback: int) -> Slate:
        """One query's chosen slots (limit,) as its Slate."""
        places = [place for place in records(slots) if place[0] >= 0]
        rows = [place[0] for place in places]
        told = [(code, evidence, n1, n2 + asked.elapsed) for _, _, evidence, n1, n2, _, code in places]
        if asked.named or asked.viewed:
            told = [(code, _evidence(code, row, asked), n1, n2) for code, row, n1, n2 in told]
        # `map`, because it makes ten items in half of the time that a comprehension takes.
        items = map(
            SlateItem,
            self._model.items.ids(rows),
            count(query.offset + 1),
            [place[1] for place in places],
            [METHOD_NAMES[place[5]] for place in places],
            self.reasons(told, with_evidence=query.evidence),
            self._model.cards.of(rows, query.fields),
        )
        return Slate(
            query.placement,
            self._model.manifest.version,
            bool(asked.batch.customers[0] >= 0),
            LIST_OF_CODE.get(fallback),
            tuple(items),
        )

    def fields(self, row: int, names: tuple[str, ...] | None) -> dict[str, Any]:
        """The catalogue fields of one item; None asks for the default ones."""
        return self._model.shop.catalogue.fields(row, DEFAULT_FIELDS if names is None else names)

    def reasons(self, told: Sequence[Told], *, with_evidence: bool = False) -> list[Reason]:
        """What slots say; `n2` at the moment of the query, not at the bundle's reference time."""
        ids = iter(self._model.items.ids([row for _, row, _, _ in told if row >= 0]))
        unit, reasons = self._unit, []
        for number, row, n1, n2 in told:
            code = CODES[number]
            title: str | None = None
            item_ids: tuple[str, ...] = ()
            if row >= 0:
                item_ids = (next(ids),)
                # Half of the sentences name nothing, and a title takes as long to read as they do to write.
                if with_evidence or code in NAMING:
                    title = self._title_of(row) or item_ids[0]
            evidence = evidence_of(code, title, n1, n2, unit) if with_evidence else UNSET
            reasons.append(Reason(code.key, sentence(code, title, n1, n2, unit), item_ids, evidence))
        return reasons


def _evidence(code: int, row: int, asked: Asked) -> int:
    """The variant that the query named, where a reason tells of the query and not of purchases."""
    if code in OF_PURCHASES:
        return row
    named = asked.viewed if code == Code.BECAUSE_YOU_VIEWED else asked.named
    return named.get(row, row)


def _untitled(_row: int) -> None:
    """A shop without titles goes by ids."""
