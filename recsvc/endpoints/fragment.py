"""GET /v1/recommendations/{placement}.html: one slate for a page to include."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from models.placements import Placement
from models.query import Slate
from recsvc.answer import Answer, Header, Note
from recsvc.caching import is_anyones, kept_answer
from recsvc.call import Call, new_id
from recsvc.endpoints.recommendations import PLACEMENT, PROBLEMS
from recsvc.forms import IN_QUERY, Form, invalid
from recsvc.fragment.fragment import FIELDS, Look, fragment
from recsvc.fragment.words import Words, words_of
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.slate_query import SlateQuery
from recsvc.slates import slate_for

CONTENT_TYPE = "text/html; charset=utf-8"
HEADERS: tuple[Header, ...] = (
    ("Content-Type", CONTENT_TYPE),
    # Of a fragment that is opened by itself; in a page, the page's own policy rules.
    ("Content-Security-Policy", "default-src 'none'; img-src http: https:; base-uri 'none'; form-action 'none'"),
    ("X-Content-Type-Options", "nosniff"),
)
UNKEPT: Header = ("Cache-Control", "private, no-store")


class FragmentQuery(SlateQuery, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A slate to include: `fields` are shown beside title, price and picture."""

    locale: Annotated[
        Annotated[str, Meta(max_length=20)] | None,
        Meta(description="How to write prices, and the language, such as `pl-PL`; default: the shop's."),
    ] = None
    heading: Annotated[
        Annotated[str, Meta(max_length=200)] | None,
        Meta(description="The heading; default: one by the kind of the placement."),
    ] = None
    heading_level: Annotated[int, Meta(ge=1, le=6, description="1 to 6, for h1 to h6.")] = 2


FORM = Form(FragmentQuery, in_path=("placement",))


def html(service: Service, call: Call, placement: str) -> Answer:
    """An empty body, and a header that says why, where there are fewer items than the placement shows at all."""
    asked = FORM.from_query(call.query_text, placement=placement)
    words = _words(asked.locale or service.settings.locale)
    engine = service.live.serving.engine
    slate = slate_for(service, call.caller, _with_fields(service, call, asked), engine, IN_QUERY)
    service.metrics.slate(slate.placement, slate.fallback)
    recommendation_id = new_id()
    look = Look(
        words=words,
        heading=asked.heading,
        level=asked.heading_level,
        extra=asked.fields or (),
        public_url=service.settings.public_url,
    )
    reason = _too_few(slate, engine.placements[placement])
    body = "" if reason else fragment(slate, engine.placements[placement], recommendation_id, look)
    headers = (*HEADERS, ("X-Empty-Reason", reason)) if reason else HEADERS
    note = Note(slate.model_version, slate.placement, slate.fallback)
    if not is_anyones(call, asked):
        return Answer(body.encode(), 200, (*headers, UNKEPT), note)
    return kept_answer(call, body.encode(), recommendation_id, headers, service.settings.cache_max_age_s, note)


def _words(locale: str) -> Words:
    try:
        return words_of(locale)
    except ValueError as error:
        raise invalid([IN_QUERY.fault(("locale",), str(error))]) from error


def _with_fields(service: Service, call: Call, asked: FragmentQuery) -> FragmentQuery:
    """What a tile shows, less what this caller may not see, and what was asked for besides."""
    is_server = call.caller.scope == "server"
    shown = (name for name in FIELDS if is_server or name not in service.settings.private_fields)
    return replace(asked, fields=tuple(dict.fromkeys((*shown, *(asked.fields or ())))))


def _too_few(slate: Slate, placement: Placement) -> str | None:
    there = len(slate.items)
    return (
        None if there >= placement.min_items else f"{there} items, and fewer than {placement.min_items} are not shown"
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/recommendations/<placement>.html",
        name="recommend_html",
        view=html,
        summary="A slate as a fragment of HTML, for the shop's server to include in a page.",
        access="public",
        query=FragmentQuery,
        in_path=PLACEMENT,
        kept=True,
        answers=CONTENT_TYPE,
        problems=(*PROBLEMS, "query-too-long"),
    ),
)
