"""Block: picks laid out for one mail, with addresses that every mail client can fetch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import UNSET, Meta

from models.placements import Layout
from recsvc.contract import Holdout, Text
from recsvc.email.links import host_of, https, shows_everywhere
from recsvc.email.products import Picks, Product

# Twelve products of 4 KB are half of what Gmail shows before it clips a mail.
MAX_SLOTS = 12
# Gmail clips at 102 KB; the shop's own frame needs some of it.
LARGE_BYTES = 90_000
# Widths of a product's picture in each layout, as it is shown; sources have twice as many pixels.
PICTURE_WIDTHS: dict[Layout, int] = {"grid-2": 276, "grid-3": 172, "list": 120, "hero": 552}


class EmailItem(msgspec.Struct, frozen=True, kw_only=True):
    """One product, raw and ready to show; what there is none of is null."""

    item_id: Text
    rank: Annotated[int, Meta(ge=1, le=MAX_SLOTS)]
    method: str
    title: str
    link: Annotated[str | None, Meta(description="Absolute https address with UTM and the recommendation id.")]
    image_link: Annotated[str | None, Meta(description="JPEG or PNG that every mail client shows.")]
    price: float | None
    price_text: Annotated[str | None, Meta(description="As people of the shop's locale write it.")]
    sale_price: float | None
    sale_price_text: str | None
    currency: str | None
    brand: str | None
    reason_code: str
    reason: Annotated[str | None, Meta(description="Why the product is here, in the shop's words.")]
    card_link: Annotated[str | None, Meta(description="The whole product as one image, drawn when it is opened.")]
    go_link: Annotated[str | None, Meta(description="Leads to the product that `card_link` shows.")]


# What stands flattened beside the list, for builders without loops: item_1_title and so on.
FLATTENED = {"item_id": "id"} | {
    name: name for name in EmailItem.__struct_fields__ if name not in ("item_id", "rank", "method", "reason_code")
}


class EmailBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block for a mail, beside `item_1_id`, `item_1_title` and so on for as many as `slots`, null where none is."""

    recommendation_id: Text
    placement: Text
    model_version: Text
    customer_known: bool
    fallback: Annotated[str | None, Meta(description="The list that filled up the slate; null if none was needed.")]
    frozen: Annotated[bool, Meta(description="Whether the same `send_id` shows the same products from now on.")]
    layout: Layout
    slots: Annotated[int, Meta(ge=1, le=MAX_SLOTS, description="How many products were asked for.")]
    count: Annotated[int, Meta(ge=0, le=MAX_SLOTS, description="How many products there are.")]
    empty_reason: Annotated[str | None, Meta(description="Why the block is empty, if it is.")]
    warnings: Annotated[tuple[str, ...], Meta(description="What the shop should mend; the block works without it.")]
    items: tuple[EmailItem, ...]
    html: Annotated[str, Meta(description="The block, ready to paste; empty if the block is.")]
    css: Annotated[str, Meta(description="What the block's own style element holds, for the head of the mail.")]
    text: Annotated[str, Meta(description="The block for the plain part of the mail.")]
    holdout: Holdout = UNSET


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as a template needs it; `height` is 0 where the proportions are unknown."""

    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Place:
    """One product where it stands; what templates loop over."""

    rank: int
    product: Product
    picture: Picture | None

    @property
    def alt(self) -> str:
        """What stands where images are off: the title alone, since the price is written beneath."""
        return self.product.title


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where mail clients reach the service, and as whom they ask; `image_hosts`: whose photos it may fetch.

    `identity`: the parameters by which a slot's image and link show the same products; None if there are none that may
    stand in a mail.
    """

    service_url: str | None
    image_hosts: frozenset[str]
    placement: str
    identity: tuple[tuple[str, str], ...] | None = ()

    def picture(self, product: Product, width: int) -> Picture | None:
        """The photo in the size that is shown, by the service where it can, else the catalogue's own."""
        photo = product.photo
        ours = photo is not None and host_of(photo) in self.image_hosts
        if self.service_url is not None and (ours or not shows_everywhere(photo)):
            query = urlencode({"item_id": product.item_id, "width": 2 * width})
            return Picture(f"{self.service_url}/v1/items/photo.jpg?{query}", width, width)
        whole = https(photo)
        return Picture(whole, width, 0) if whole is not None and shows_everywhere(whole) else None

    def of_slot(self, rank: int, what: str) -> str | None:
        """The address of a slot's card or link."""
        if self.service_url is None or self.identity is None:
            return None
        query = urlencode(self.identity)
        return f"{self.service_url}/v1/email/{self.placement}/{rank}{what}" + (f"?{query}" if query else "")


def places(picks: Picks, count: int, layout: Layout, addresses: Addresses) -> tuple[Place, ...]:
    """The first `count` products; in the layout `hero` the first is larger than the rest."""
    widths = [PICTURE_WIDTHS[layout], *[PICTURE_WIDTHS["grid-2" if layout == "hero" else layout]] * MAX_SLOTS]
    shown = zip(picks.products[:count], widths, strict=False)
    return tuple(
        Place(rank, product, addresses.picture(product, width)) for rank, (product, width) in enumerate(shown, 1)
    )


def items(placed: tuple[Place, ...], addresses: Addresses) -> tuple[EmailItem, ...]:
    return tuple(_item(place, addresses) for place in placed)


def _item(place: Place, addresses: Addresses) -> EmailItem:
    product = place.product
    return EmailItem(
        item_id=product.item_id,
        rank=place.rank,
        method=product.method,
        title=product.title,
        link=product.link,
        image_link=place.picture.source if place.picture else None,
        price=product.price,
        price_text=product.price_text,
        sale_price=product.sale_price,
        sale_price_text=product.sale_price_text,
        currency=product.currency,
        brand=product.brand,
        reason_code=product.reason_code,
        reason=product.reason,
        card_link=addresses.of_slot(place.rank, ".png"),
        go_link=addresses.of_slot(place.rank, "/go"),
    )


def flattened(listed: tuple[EmailItem, ...], slots: int) -> dict[str, Any]:
    """`item_1_id` to `item_<slots>_…`, the same names whatever there is to show."""
    empty = dict.fromkeys(FLATTENED)
    given = [{name: getattr(item, name) for name in FLATTENED} for item in listed]
    return {
        f"item_{place}_{FLATTENED[name]}": value
        for place, fields in enumerate([*given, *[empty] * (slots - len(given))], 1)
        for name, value in fields.items()
    }


def warnings(placed: tuple[Place, ...], html_bytes: int) -> Iterator[str]:
    """What the shop should mend."""
    linkless = sum(place.product.link is None for place in placed)
    if linkless:
        yield f"{linkless} of {len(placed)} products have no absolute link: set RECSVC_PUBLIC_URL or mend the feed"
    bare = sum(place.picture is None for place in placed)
    if bare:
        yield f"{bare} of {len(placed)} products have no JPEG or PNG: set RECSVC_SERVICE_URL, so that one is made"
    if html_bytes > LARGE_BYTES:
        yield f"the block has {html_bytes} bytes: Gmail hides what lies beyond 102 KB of a mail"
