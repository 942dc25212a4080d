"""View: slots as a Slate in external ids, with catalogue fields and one sentence of reason each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from models.lists import LIST_OF_CODE
from models.methods import METHOD_NAMES
from models.model import Model
from models.query import Query, Reason, Slate, SlateItem
from models.reasons import CODES, OF_PURCHASES, Code, sentence
from models.slots import Slots
from models.translate import Asked

DEFAULT_FIELDS = ("title", "price", "currency", "link", "image_link")
# Items whose fields are kept decoded, the least recently shown dropped first: about 1 KB each.
CACHED_ITEMS = 16_384


class View:
    """Renders the slates of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._title = model.shop.catalogue.columns.get("title")
        self._unit = model.shop.unit
        self._name = lru_cache(maxsize=CACHED_ITEMS)(self._named)
        self._default_fields = lru_cache(maxsize=CACHED_ITEMS)(
            lambda row: model.shop.catalogue.fields(row, DEFAULT_FIELDS)
        )

    def slate(self, query: Query, asked: Asked, slots: Slots, fallback: int) -> Slate:
        """One query's chosen slots (limit,) as its Slate."""
        rows = [row for row in slots.tolist() if row[0] >= 0]
        ids = self._model.items.ids(slots["item"][: len(rows)])
        first = query.offset + 1
        return Slate(
            query.placement,
            self._model.manifest.version,
            bool(asked.batch.customers[0] >= 0),
            LIST_OF_CODE.get(fallback),
            tuple(
                SlateItem(
                    item_id,
                    first + place,
                    score,
                    METHOD_NAMES[method],
                    self.reason(code, _evidence(code, evidence, asked), n1, n2 + asked.elapsed),
                    self.fields(item, query.fields),
                )
                for place, (item_id, (item, score, evidence, n1, n2, method, code)) in enumerate(
                    zip(ids, rows, strict=True)
                )
            ),
        )

    def fields(self, row: int, names: tuple[str, ...] | None) -> dict[str, Any]:
        """The catalogue fields of one item, to be read only; None asks for the default ones."""
        if names is None:
            return self._default_fields(row)
        return self._model.shop.catalogue.fields(row, names)

    def reason(self, code: int, evidence: int, n1: float, n2: float) -> Reason:
        """What a slot says; `n2` at the moment of the query, not at the bundle's reference time."""
        if evidence < 0:
            return Reason(CODES[code].key, sentence(CODES[code], None, n1, n2, self._unit))
        identifier, name = self._name(evidence)
        return Reason(CODES[code].key, sentence(CODES[code], name, n1, n2, self._unit), (identifier,))

    def _named(self, row: int) -> tuple[str, str]:
        """The id of an item, and how a sentence calls it: its title, else the id."""
        identifier = self._model.items.id(row)
        title = self._title.value(row) if self._title is not None else None
        return identifier, title or identifier


def _evidence(code: int, row: int, asked: Asked) -> int:
    """The variant that the query named, where a reason tells of the query and not of purchases."""
    if code in OF_PURCHASES:
        return row
    named = asked.viewed if code == Code.BECAUSE_YOU_VIEWED else asked.named
    return named.get(row, row)
