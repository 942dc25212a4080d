"""GET /v1/email/{placement}/{slot}.png and …/go: one product as an image and a link, for tools that hold no more."""

from __future__ import annotations

from recsvc.answer import Answer, Header
from recsvc.call import Call
from recsvc.email.block import MAX_SLOTS
from recsvc.email.products import Picks, Product
from recsvc.endpoints.email import FORM, PLACEMENT, EmailQuery, asker_of, enough, picks_for, slots_of
from recsvc.pictures.card import PICTURE, blank, card
from recsvc.problems import Problem
from recsvc.routes import Route
from recsvc.service import Service

SLOT = {"slot": f"Which product of the block, from 1 to {MAX_SLOTS}."}
PROBLEMS = (
    "invalid-request", "query-too-long", "missing-key", "invalid-key", "invalid-token", "server-key-needed",
    "unknown-placement", "not-found", "not-ready",
)  # fmt: skip
# What is shown belongs to one customer and one moment; a mail provider that keeps it all the same does no harm.
NO_STORE: tuple[Header, ...] = (
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)


def email_card(service: Service, call: Call, placement: str, slot: str) -> Answer:
    product = _product(service, call, placement, slot)
    brand = service.mail.brand
    if product is None:
        png = blank(brand)
    else:
        picture = service.photos.picture(product.photo, product.title, product.category, PICTURE)
        png = card(product, picture, brand)
    return Answer(png, headers=(("Content-Type", "image/png"), *NO_STORE))


def email_go(service: Service, call: Call, placement: str, slot: str) -> Answer:
    product = _product(service, call, placement, slot)
    link = product.link if product else None
    if link is None or not service.mail.hosts.allow(link, service.live.serving.engine):
        link = service.settings.public_url
    if link is None:
        raise Problem("not-found", "there is no product here that can be linked to")
    return Answer(b"", 302, (("Location", link), ("Content-Type", "text/plain; charset=utf-8"), *NO_STORE))


def _product(service: Service, call: Call, placement: str, slot: str) -> Product | None:
    """What stands in the slot; None where the slate is shorter, or too short to be shown. Raises a problem."""
    if slot not in SLOTS:
        raise Problem("not-found", f"slots go from 1 to {MAX_SLOTS}")
    asked = FORM.from_query(call.query_text, placement=placement)
    asker = asker_of(service, call, asked, needs_key=False)
    picks, _ = picks_for(service, asked, asker, MAX_SLOTS)
    return None if _is_empty(service, asked, picks) else dict(zip(SLOTS, picks.products, strict=False)).get(slot)


def _is_empty(service: Service, asked: EmailQuery, picks: Picks) -> bool:
    slots = slots_of(service, asked)
    return enough(service, asked, min(len(picks.products), slots), slots) is not None


SLOTS = tuple(str(number) for number in range(1, MAX_SLOTS + 1))

ROUTES = (
    Route(
        method="GET",
        path="/v1/email/<placement>/<slot>.png",
        name="email_card",
        view=email_card,
        summary="One product of a block as an image; without a token one that is for everybody.",
        access="anyone",
        query=EmailQuery,
        in_path=PLACEMENT | SLOT,
        answers="image/png",
        problems=PROBLEMS,
    ),
    Route(
        method="GET",
        path="/v1/email/<placement>/<slot>/go",
        name="email_go",
        view=email_go,
        summary="Leads to the product that the image shows.",
        access="anyone",
        query=EmailQuery,
        in_path=PLACEMENT | SLOT,
        answers="text/plain; charset=utf-8",
        status=302,
        problems=PROBLEMS,
    ),
)
