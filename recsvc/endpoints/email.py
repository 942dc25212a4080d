"""GET /v1/email/{placement}.json, .html, .txt and .mjml: one placement as a block for any mail tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta

from models.errors import ModelsError
from models.placements import Layout
from models.query import CustomerId, ItemIds, Query
from recsvc.answer import JSON_HEADERS, Answer, Header, Note, encode
from recsvc.auth import refusal
from recsvc.call import Call
from recsvc.customer_tokens import TokenScope
from recsvc.email.block import MAX_SLOTS, Addresses, EmailBlock, Place, flattened, items, places, warnings
from recsvc.email.mail import Asker
from recsvc.email.products import Picks
from recsvc.endpoints.examples import EMAIL
from recsvc.forms import IN_QUERY, Form
from recsvc.routes import Route
from recsvc.service import Service
from recsvc.slate_query import Token
from recsvc.slates import problem_of

IN_A_MAIL: tuple[TokenScope, ...] = ("email",)
PLACEMENT = {"placement": "Which placement to show; /v1/placements lists them."}
PROBLEMS = ("invalid-request", "invalid-token", "server-key-needed", "unknown-placement", "query-too-long")
DEFAULT_LAYOUT: Layout = "grid-2"


class EmailQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a block of a mail is asked for by."""

    placement: Annotated[str, Meta(min_length=1, max_length=100, description="Which placement to show.")]
    customer_id: Annotated[CustomerId | None, Meta(description="Who it is for; needs a server key.")] = None
    token: Annotated[
        Token | None, Meta(description="A customer token of scope `email`, in place of key and `customer_id`.")
    ] = None
    send_id: Annotated[
        Annotated[str, Meta(min_length=1, max_length=100)] | None,
        Meta(description="Names one mailing: it shows a customer the same products whenever it asks again."),
    ] = None
    slots: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_SLOTS)] | None,
        Meta(description="How many products to show; default: the placement's `limit`."),
    ] = None
    min_items: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_SLOTS)] | None,
        Meta(description="With fewer products the block is empty; default: the placement's own."),
    ] = None
    layout: Annotated[Layout | None, Meta(description="How to arrange them; default: the placement's own.")] = None
    item_id: Annotated[ItemIds, Meta(description="The items that the mail is about.")] = ()
    cart: Annotated[ItemIds, Meta(description="The items left in the cart.")] = ()


FORM = Form(EmailQuery, in_path=("placement",))


@dataclass(frozen=True, slots=True)
class Made:
    """One block, before it has a face."""

    picks: Picks
    frozen: bool
    places: tuple[Place, ...]
    layout: Layout
    slots: int
    empty_reason: str | None
    addresses: Addresses

    @property
    def note(self) -> Note:
        return Note(self.picks.model_version, self.picks.placement, self.picks.fallback)


def email_json(service: Service, call: Call, placement: str) -> Answer:
    made = _made(service, call, placement)
    faces, picks = service.mail.faces, made.picks
    html = faces.html(made.places, made.layout)
    listed = items(made.places, made.addresses)
    block = EmailBlock(
        recommendation_id=picks.recommendation_id,
        placement=picks.placement,
        model_version=picks.model_version,
        customer_known=picks.customer_known,
        fallback=picks.fallback,
        frozen=made.frozen,
        layout=made.layout,
        slots=made.slots,
        count=len(made.places),
        empty_reason=made.empty_reason,
        warnings=tuple(warnings(made.places, len(html.encode()))),
        items=listed,
        html=html,
        css=faces.css,
        text=faces.text(made.places, made.layout),
        holdout=picks.holdout,
    )
    content = msgspec.to_builtins(block) | flattened(listed, made.slots)
    return Answer(encode(content), 200, (*JSON_HEADERS, *_told(made)), made.note)


def email_html(service: Service, call: Call, placement: str) -> Answer:
    made = _made(service, call, placement)
    html = service.mail.faces.html(made.places, made.layout)
    large = [("X-Block-Warning", one) for one in warnings(made.places, len(html.encode()))]
    return _text(made, html, "text/html; charset=utf-8", large)


def email_text(service: Service, call: Call, placement: str) -> Answer:
    made = _made(service, call, placement)
    return _text(made, service.mail.faces.text(made.places, made.layout), "text/plain; charset=utf-8")


def email_mjml(service: Service, call: Call, placement: str) -> Answer:
    made = _made(service, call, placement)
    return _text(made, service.mail.faces.mjml(made.places, made.layout), MJML_TYPE)


MJML_TYPE = "text/mjml; charset=utf-8"


def asker_of(service: Service, call: Call, asked: EmailQuery, *, needs_key: bool) -> Asker:
    """Who asks. A token is enough by itself, for mail clients send no header. Raises a 401 or 403 problem."""
    if asked.token is not None:
        claims = service.customer_tokens.verify(asked.token, IN_A_MAIL)
        if asked.customer_id not in (None, claims.customer_id):
            raise refusal("invalid-token")
        return Asker(claims.customer_id, asked.send_id or claims.campaign, asked.token, may_freeze=True)
    if not needs_key and asked.customer_id is None:
        return Asker(None, asked.send_id, None, may_freeze=False)
    caller = service.keys.admit(call.environ.get("HTTP_AUTHORIZATION"))
    if asked.customer_id is not None:
        caller.require_server_key("a block for one customer")
    return Asker(asked.customer_id, asked.send_id, None, may_freeze=caller.scope == "server")


def picks_for(service: Service, asked: EmailQuery, asker: Asker, slots: int) -> tuple[Picks, bool]:
    """Raises a problem."""
    query = Query(
        placement=asked.placement,
        customer_id=asker.customer_id,
        item_id=asked.item_id,
        cart=asked.cart,
        limit=slots,
    )
    try:
        return service.mail.picks(service.live.serving.engine, query, asker)
    except ModelsError as error:
        raise problem_of(error, query, IN_QUERY) from error


def enough(service: Service, asked: EmailQuery, there: int, slots: int) -> str | None:
    """Why the block is empty; None if there are products enough."""
    placement = service.live.serving.engine.placements.get(asked.placement)
    least = min(asked.min_items or (placement.min_items if placement else 1), slots)
    return None if there >= least else f"{there} products, and fewer than {least} are not shown"


def slots_of(service: Service, asked: EmailQuery) -> int:
    placement = service.live.serving.engine.placements.get(asked.placement)
    return asked.slots or min(placement.limit if placement else MAX_SLOTS, MAX_SLOTS)


def _made(service: Service, call: Call, name: str) -> Made:
    asked = FORM.from_query(call.query_text, placement=name)
    asker = asker_of(service, call, asked, needs_key=True)
    slots = slots_of(service, asked)
    picks, frozen = picks_for(service, asked, asker, slots)
    placement = service.live.serving.engine.placements.get(name)
    layout = asked.layout or (placement.layout if placement else DEFAULT_LAYOUT)
    settings = service.settings
    addresses = Addresses(settings.service_url, settings.image_hosts, quote(name), _identity(asked, asker))
    empty_reason = enough(service, asked, min(len(picks.products), slots), slots)
    shown = () if empty_reason else places(picks, slots, layout, addresses)
    return Made(picks, frozen, shown, layout, slots, empty_reason, addresses)


def _identity(asked: EmailQuery, asker: Asker) -> tuple[tuple[str, str], ...] | None:
    """None for a customer without a token: no address in a mail may say whom it is for."""
    if asker.customer_id is not None and asker.token is None:
        return None
    context = [("item_id", one) for one in asked.item_id] + [("cart", one) for one in asked.cart]
    return (*asker.identity, *context)


def _told(made: Made) -> list[Header]:
    return [("X-Empty-Reason", made.empty_reason)] if made.empty_reason else []


def _text(made: Made, text: str, content_type: str, more: list[Header] | None = None) -> Answer:
    headers = [("Content-Type", content_type), *JSON_HEADERS[1:], *_told(made), *(more or [])]
    return Answer(text.encode(), 200, headers, made.note)


def _route(suffix: str, view: Any, summary: str, answers: type[msgspec.Struct] | str, example: Any = None) -> Route:
    return Route(
        method="GET",
        path=f"/v1/email/<placement>.{suffix}",
        name=f"email_{suffix}",
        view=view,
        summary=summary,
        access="email",
        query=EmailQuery,
        in_path=PLACEMENT,
        answers=answers,
        example=example,
        problems=PROBLEMS,
    )


ROUTES = (
    _route("json", email_json, "A block for a mail: values, addresses and markup.", EmailBlock, EMAIL),
    _route("html", email_html, "A block for a mail, ready to paste.", "text/html; charset=utf-8"),
    _route("txt", email_text, "A block for the plain part of a mail.", "text/plain; charset=utf-8"),
    _route("mjml", email_mjml, "A block for those who compile MJML themselves.", MJML_TYPE),
)
