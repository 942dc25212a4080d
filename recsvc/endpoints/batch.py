"""POST /v1/recommendations:batch: the slates of a whole page, or of many customers, at once."""

from __future__ import annotations

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


def batch(service: Service, call: Call) -> Answer:
    asked = BATCH.from_object(call.json_body())
    serving = service.live.serving
    results: list[Any] = []
    already: tuple[str, ...] = ()
    for number, request in enumerate(asked.requests):
        try:
            slate = _slate(service, call, serving.engine, request, number, already)
        except Problem as problem:
            results.append(problem.document())
            continue
        if asked.distinct:
            already += tuple(item.item_id for item in slate.items)
        results.append(shown(slate, service.settings.public_url))
    return json_answer({"results": results}, note=Note(serving.manifest.version))


def _slate(
    service: Service, call: Call, engine: Engine, request: object, number: int, already: tuple[str, ...]
) -> Slate:
    origin = InBody(f"/requests/{number}")
    query = REQUEST.from_object(request, origin)
    if already:
        query = replace(query, exclude=query.exclude + already)
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
