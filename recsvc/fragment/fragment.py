"""Fragment: one slate as accessible, escaped HTML without script or style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from models.placements import Placement
from models.query import Slate, SlateItem
from recsvc.fragment.words import Words
from recsvc.links import with_links
from recsvc.reduced import reduced

# What a tile shows of the catalogue.
FIELDS = ("title", "price", "sale_price", "currency", "link", "image_link")
# Reserves the picture's place in any layout, whose style sheet sizes it.
IMAGE_SIDE = 320
# A catalogue may hold `javascript:` as well.
_FOLLOWED = re.compile(r"(https?://|/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tile:
    """One item, in words; `extra`: further fields by name."""

    item_id: str
    title: str
    link: str | None
    image: str | None
    price: str | None
    sale_price: str | None
    reason: str | None
    extra: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a fragment is worded; `heading`: else one by the kind of placement."""

    words: Words
    heading: str | None
    level: int
    extra: Sequence[str]
    public_url: str | None


def fragment(slate: Slate, placement: Placement, recommendation_id: str, look: Look) -> str:
    return _template().render(
        layout=placement.layout,
        placement=placement.name,
        id=recommendation_id,
        words=look.words,
        heading=look.heading or look.words.heading(placement.kind, slate.customer_known),
        level=look.level,
        side=IMAGE_SIDE,
        tiles=[_tile(item, recommendation_id, look) for item in slate.items],
    )


def marked(link: str, recommendation_id: str) -> str:
    """The link, telling the page that it opens which slate it was in."""
    parts = urlsplit(link)
    query = "&".join(filter(None, (parts.query, urlencode({"recommendation_id": recommendation_id}))))
    return urlunsplit(parts._replace(query=query))


def _tile(item: SlateItem, recommendation_id: str, look: Look) -> Tile:
    fields = dict.fromkeys(FIELDS) | item.fields
    if look.public_url is not None:
        fields = with_links(fields, look.public_url)
    link = _followed(fields["link"])
    return Tile(
        item_id=item.item_id,
        title=fields["title"] or item.item_id,
        link=link and marked(link, recommendation_id),
        image=_followed(fields["image_link"]),
        price=look.words.price(fields["price"], fields["currency"]),
        sale_price=look.words.price(reduced(fields["price"], fields["sale_price"]), fields["currency"]),
        reason=look.words.reason(item.reason),
        extra=tuple(_extra(fields, look.extra)),
    )


def _extra(fields: dict[str, Any], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        if fields.get(name) is not None:
            yield name, str(fields[name])


def _followed(address: str | None) -> str | None:
    """An address of the web or of this host, or none."""
    address = (address or "").strip()
    return address if _FOLLOWED.match(address) else None


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("recsvc", "fragment"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("slate.html")
