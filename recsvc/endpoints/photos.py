"""GET /v1/items/photo.jpg: an item's picture in the size and format that mails need, drawn where there is none."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from models.query import ItemId
from recsvc.answer import Answer, Header
from recsvc.call import Call
from recsvc.email.links import absolute
from recsvc.forms import Form
from recsvc.links import with_links
from recsvc.routes import Route
from recsvc.service import Service

FIELDS = ("title", "category", "image_link")
# The same for everybody, so a proxy may hand it on; and a new photo should be seen within a day.
HEADERS: tuple[Header, ...] = (
    ("Content-Type", "image/jpeg"),
    ("Cache-Control", "public, max-age=86400"),
    ("X-Content-Type-Options", "nosniff"),
)


class PhotoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose picture, and how large."""

    item_id: Annotated[ItemId, Meta(description="The item; one that is not known gets a picture too.")]
    width: Annotated[int, Meta(ge=16, le=1200, description="Pixels of each side: twice what is shown.")] = 536


FORM = Form(PhotoQuery)


def photo(service: Service, call: Call) -> Answer:
    asked = FORM.from_query(call.query_text)
    (found,) = service.live.serving.engine.items((asked.item_id,), FIELDS)
    fields = found or dict.fromkeys(FIELDS)
    if service.settings.public_url is not None:
        fields = with_links(fields, service.settings.public_url)
    title = fields["title"] or (asked.item_id if found else "")
    made = service.photos.jpeg(absolute(fields["image_link"]), title, fields["category"], asked.width)
    return Answer(made, headers=HEADERS)


ROUTES = (
    Route(
        method="GET",
        path="/v1/items/photo.jpg",
        name="item_photo",
        view=photo,
        summary="An item's picture as a square JPEG; drawn from its title and category where there is no photo.",
        access="anyone",
        query=PhotoQuery,
        answers="image/jpeg",
        problems=("invalid-request", "query-too-long", "not-ready"),
    ),
)
