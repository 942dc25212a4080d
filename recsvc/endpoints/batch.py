"""POST /v1/recommendations:batch: the slates of a whole page, or of many customers, at once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from msgspec.structs import replace

from models.engine import Engine
from models.query import Slate
from recsvc.answer import Answer, Note, json_answer
from recsvc.call import Call
from recsvc.contract import Batch, BatchResults
from recsvc.endpoints.examples import PAGE, SLATE
from recsvc.forms import Form, InBody
from recsvc.problems import Problem
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.slate_query import SlateQuery
from recsvc.slates import shown, slate_for

BATCH = Form(Batch, refers_to=(SlateQuery,))
REQUEST = Form(SlateQuery)
EVERYTHING = "everything"


def batch(service: Service, call: Call) -> Answer:
    asked = BATCH.from_object(call.json_body())
    serving = service.live.serving
    results: list[Any] = []
    above: dict[Hashable, tuple[str, ...]] = {}
    for number, request in enumerate(asked.requests):
        origin = InBody(f"/requests/{number}")
        try:
            query = REQUEST.from_object(request, origin)
            page = EVERYTHING if asked.distinct else _page(query, serving.engine)
            already = above.get(page, ())
            slate = _slate(service, call, serving.engine, replace(query, exclude=query.exclude + already), origin)
        except Problem as problem:
            results.append(problem.document())
            continue
        if page is not None:
            above[page] = already + tuple(item.item_id for item in slate.items)
        results.append(shown(slate, service.settings.public_url))
    return json_answer({"results": results}, note=Note(serving.manifest.version))


def _page(query: SlateQuery, engine: Engine) -> Hashable:
    """Queries of one value share no item; None shares with any. A batch may hold the pages of several people."""
    placement = engine.placements.get(query.placement)
    if placement is None or placement.page is None:
        return None
    return placement.page, query.customer_id, query.anonymous_id, query.token


def _slate(service: Service, call: Call, engine: Engine, query: SlateQuery, origin: InBody) -> Slate:
    slate = slate_for(service, call.caller, query, engine, origin)
    service.metrics.slate(slate.placement, slate.fallback)
    return slate


ROUTES = (
    Route(
        method="POST",
        path="/v1/recommendations:batch",
        name="recommend_batch",
        view=batch,
        summary="Several slates at once, from one bundle; a wrong request spoils no other.",
        access="public",
        body=Batch,
        body_example=PAGE,
        answers=BatchResults,
        example={"results": [SLATE]},
        problems=("invalid-request",),
    ),
)
