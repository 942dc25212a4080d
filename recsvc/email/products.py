"""Products: what a mail shows of each item, as text that is ready to stand in it."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from models.query import Reason, Slate, SlateItem
from recsvc.email.brand import Brand
from recsvc.email.links import absolute, https, marked
from recsvc.fragment.words import words_of
from recsvc.links import with_links
from recsvc.reduced import reduced

FIELDS = ("title", "price", "sale_price", "currency", "link", "image_link", "brand", "category")
# Of a field that the shop keeps to itself.
NOTHING: dict[str, Any] = dict.fromkeys(FIELDS)
ELLIPSIS = "…"


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One place of a mail. This is what a frozen send keeps, so that it shows the same when it is opened again."""

    item_id: str
    method: str
    title: str
    link: str | None
    photo: str | None  # the catalogue's image, absolute or None
    price: float | None
    price_text: str | None
    sale_price: float | None
    sale_price_text: str | None
    currency: str | None
    brand: str | None
    category: str | None
    reason_code: str
    reason: str | None


class Picks(msgspec.Struct, frozen=True, kw_only=True):
    """A slate as a mail shows it, best first, as long as a mail may be."""

    recommendation_id: str
    placement: str
    model_version: str
    customer_known: bool
    fallback: str | None
    products: tuple[Product, ...]
    holdout: bool | UnsetType = UNSET


class Worded:
    """Turns slates into picks, in the words of one brand."""

    def __init__(self, brand: Brand, public_url: str | None) -> None:
        self._brand = brand
        self._says = brand.says
        self._words = words_of(brand.locale)
        self._public_url = public_url

    def picks(self, slate: Slate, campaign: str, recommendation_id: str) -> Picks:
        """`slate` was asked for with its evidence."""
        return Picks(
            recommendation_id=recommendation_id,
            placement=slate.placement,
            model_version=slate.model_version,
            customer_known=slate.customer_known,
            fallback=slate.fallback,
            products=tuple(self._product(item, campaign, recommendation_id) for item in slate.items),
            holdout=slate.holdout,
        )

    def _product(self, item: SlateItem, campaign: str, recommendation_id: str) -> Product:
        fields = NOTHING | (item.fields if self._public_url is None else with_links(item.fields, self._public_url))
        price, sale_price = fields["price"], reduced(fields["price"], fields["sale_price"])
        currency = fields["currency"] or self._brand.currency
        link = https(absolute(fields["link"]))
        return Product(
            item_id=item.item_id,
            method=item.method,
            title=shortened(fields["title"] or item.item_id, self._brand.max_title_chars),
            link=link and marked(link, self._brand.utm, campaign, recommendation_id),
            photo=absolute(fields["image_link"]),
            price=price,
            price_text=self._words.price(price, currency),
            sale_price=sale_price,
            sale_price_text=self._words.price(sale_price, currency),
            currency=currency,
            brand=fields["brand"],
            category=fields["category"],
            reason_code=item.reason.code,
            reason=self._reason(item.reason) if self._brand.show_reason else None,
        )

    def _reason(self, reason: Reason) -> str | None:
        """The brand's phrase where it has phrases; one that names an item is not said without it."""
        if not self._says.reasons:
            return reason.text
        phrase = self._says.reasons.get(reason.code)
        if phrase is None or "{title}" not in phrase:
            return phrase
        named = reason.evidence.title if reason.evidence else None
        return named and phrase.replace("{title}", shortened(named, self._brand.max_title_chars))


def shortened(text: str, length: int) -> str:
    """At most `length` characters, cut between two words where there are some."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if text[length - 1] == " ":
        return cut.rstrip(" ,;:-") + ELLIPSIS
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut).rstrip(" ,;:-") + ELLIPSIS
