"""View: slots as a Slate in external ids, with catalogue fields and one sentence of reason each."""

from __future__ import annotations

from typing import Any

from models.lists import LIST_OF_CODE
from models.methods import METHOD_NAMES
from models.model import Model
from models.query import Query, Reason, Slate, SlateItem
from models.reasons import Code, sentence
from models.slots import Slots
from models.translate import Asked

DEFAULT_FIELDS = ("title", "price", "currency", "link", "image_link")


def slate_of(model: Model, query: Query, asked: Asked, slots: Slots, fallback: int) -> Slate:
    """One query's chosen slots (limit,) as its Slate."""
    fields = DEFAULT_FIELDS if query.fields is None else query.fields
    filled = slots[slots["item"] >= 0]
    rows = filled.tolist()
    ids = model.items.ids(filled["item"])
    items = [
        SlateItem(
            item_id=item_id,
            rank=query.offset + place + 1,
            score=score,
            method=METHOD_NAMES[method],
            reason=_reason(model, code, evidence, n1, n2, asked.elapsed),
            fields=item_fields(model, item, fields),
        )
        for place, (item_id, (item, score, evidence, n1, n2, method, code)) in enumerate(zip(ids, rows, strict=True))
    ]
    return Slate(
        placement=query.placement,
        model_version=model.manifest.version,
        customer_known=bool(asked.batch.customers[0] >= 0),
        fallback=LIST_OF_CODE.get(fallback),
        items=tuple(items),
    )


def item_fields(model: Model, row: int, names: tuple[str, ...]) -> dict[str, Any]:
    return model.shop.catalogue.fields(row, names)


def _reason(model: Model, code: int, evidence: int, n1: float, n2: float, elapsed: float) -> Reason:
    title = _name(model, evidence) if evidence >= 0 else None
    text = sentence(Code(code), title, n1, n2 + elapsed, model.shop.unit)
    return Reason(Code(code).key, text, (model.items.id(evidence),) if evidence >= 0 else ())


def _name(model: Model, row: int) -> str:
    """How a sentence calls an item: its title, else its id."""
    title = model.shop.catalogue.columns.get("title")
    named = title.value(row) if title is not None else None
    return named or model.items.id(row)

