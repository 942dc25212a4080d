"""GET /v1/items: what the catalogue says of some items."""

from __future__ import annotations

from models.cards import DEFAULT_FIELDS
from recsvc.answer import Answer, json_answer
from recsvc.call import Call
from recsvc.contract import ItemList, ItemQuery
from recsvc.forms import Form
from recsvc.links import with_links
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.slates import OWN_FIELDS, refuse_private

FORM = Form(ItemQuery)


def items(service: Service, call: Call) -> Answer:
    asked = FORM.from_query(call.query_text)
    refuse_private(call.caller, asked.fields, service.settings)
    names = DEFAULT_FIELDS if asked.fields is None else asked.fields
    found = service.live.serving.engine.items(asked.item_id, tuple(name for name in names if name not in OWN_FIELDS))
    public_url = service.settings.public_url
    known = [
        {"item_id": item_id, **(fields if public_url is None else with_links(fields, public_url))}
        for item_id, fields in zip(asked.item_id, found, strict=True)
        if fields is not None
    ]
    unknown = [item_id for item_id, fields in zip(asked.item_id, found, strict=True) if fields is None]
    return json_answer({"items": known, "unknown": unknown})


ROUTES = (
    Route(
        method="GET",
        path="/v1/items",
        name="items",
        view=items,
        summary="Catalogue fields of items.",
        access="public",
        query=ItemQuery,
        answers=ItemList,
        example={"items": [{"item_id": "SKU-77", "title": "Espresso beans, 1 kg", "price": 17.5}], "unknown": ["X"]},
        problems=("invalid-request", "server-key-needed", "query-too-long"),
    ),
)
