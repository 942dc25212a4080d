"""GET and POST /v1/recommendations/{placement}: one slate."""

from __future__ import annotations

from models.query import Slate
from recsvc.answer import JSON_HEADERS, Answer, Note, json_answer
from recsvc.caching import is_anyones, kept_answer
from recsvc.call import Call, new_id
from recsvc.contract import Recommendations
from recsvc.endpoints.examples import QUERY, SLATE
from recsvc.forms import IN_BODY, IN_QUERY, Form, Origin
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.slate_query import SlateQuery
from recsvc.slates import shown, slate_for

PATH = "/v1/recommendations/<placement>"
PLACEMENT = {"placement": "Which placement to fill; /v1/placements lists them."}
PROBLEMS = ("invalid-request", "invalid-filter", "invalid-token", "server-key-needed", "unknown-placement")
# All but how long it keeps.
KEPT_HEADERS = tuple(header for header in JSON_HEADERS if header[0] != "Cache-Control")
FORM = Form(SlateQuery, in_path=("placement",))


def by_parameters(service: Service, call: Call, placement: str) -> Answer:
    query = FORM.from_query(call.query_text, placement=placement)
    if not is_anyones(call, query):
        return _answer(service, call, query, IN_QUERY)
    slate, note = _slate(service, call, query, IN_QUERY)
    recommendation_id = new_id()
    body = bytes(shown(slate, service.settings.public_url, recommendation_id))
    return kept_answer(call, body, recommendation_id, KEPT_HEADERS, service.settings.cache_max_age_s, note)


def by_body(service: Service, call: Call, placement: str) -> Answer:
    return _answer(service, call, FORM.from_object(call.json_body(), placement=placement), IN_BODY)


def _answer(service: Service, call: Call, query: SlateQuery, origin: Origin) -> Answer:
    slate, note = _slate(service, call, query, origin)
    return json_answer(shown(slate, service.settings.public_url), note=note)


def _slate(service: Service, call: Call, query: SlateQuery, origin: Origin) -> tuple[Slate, Note]:
    slate = slate_for(service, call.caller, query, service.live.serving.engine, origin)
    service.metrics.slate(slate.placement, slate.fallback)
    return slate, Note(slate.model_version, slate.placement, slate.fallback)


ROUTES = (
    Route(
        method="GET",
        path=PATH,
        name="recommend",
        view=by_parameters,
        summary="What to show in a placement.",
        access="public",
        query=SlateQuery,
        in_path=PLACEMENT,
        answers=Recommendations,
        example=SLATE,
        kept=True,
        problems=(*PROBLEMS, "query-too-long"),
    ),
    Route(
        method="POST",
        path=PATH,
        name="recommend_by_body",
        view=by_body,
        summary="What to show in a placement; the same as GET, for long lists.",
        access="public",
        body=SlateQuery,
        in_path=PLACEMENT,
        answers=Recommendations,
        example=SLATE,
        body_example=QUERY,
        problems=PROBLEMS,
    ),
)
