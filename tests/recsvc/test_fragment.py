"""GET /v1/recommendations/{placement}.html: a slate that a page includes as it is."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from models.kinds import KINDS
from models.placements import Placement, default_placements
from models.query import Reason, Slate, SlateItem, card_of
from recsvc.app import create_app
from recsvc.fragment.fragment import IMAGE_SIDE, Look, fragment, marked
from recsvc.fragment.words import shipped_texts, words_of
from recsvc.settings import Settings
from tests.recsvc.signing import KNOWN, Sign, sign

PATH = "/v1/recommendations/home.html"
VOID = {"img"}
NO_BREAK = "\xa0"

__all__ = ["sign"]


class Page(HTMLParser):
    """The elements of a fragment, which must be well formed: (tag, attributes, text)."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(len(self.found) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.found[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for number in self._open:
            self.found[number][2].append(data)

    def all(self, tag: str, of_class: str | None = None) -> list[tuple[dict[str, str | None], str]]:
        return [
            (attributes, "".join(text).strip())
            for name, attributes, text in self.found
            if name == tag and of_class in (None, attributes.get("class"))
        ]


def made(fields: dict[str, Any], *, kind: str = "home", known: bool = True, **look: Any) -> Page:
    """The fragment of one item."""
    placement: Placement = default_placements()[kind]
    item = SlateItem("SKU-1", 1, 0.5, "als", Reason("trending", "Sells well now", ()), card_of(fields))
    slate = Slate(placement.name, "v", known, None, (item,))
    words = words_of(look.pop("locale", "en-GB"))
    asked = Look(**({"words": words, "heading": None, "level": 2, "extra": (), "public_url": None} | look))
    return Page(fragment(slate, placement, "r1", asked))


def test_a_slate_is_a_named_list_of_links_and_pictures(public: Any) -> None:
    answer = public.get(f"{PATH}?limit=4")
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    page = Page(answer.text)
    slate = public.get("/v1/recommendations/home?limit=4").json
    assert [item for item, _ in page.all("li")] == [
        {"class": "rec-item", "data-item-id": item["item_id"]} for item in slate["items"]
    ]
    ((section, _),) = page.all("section")
    identifier = section["data-recommendation-id"]
    assert section["aria-labelledby"] == page.all("h2")[0][0]["id"] == f"rec-{identifier}"
    for (link, text), item in zip(page.all("a"), slate["items"], strict=True):
        assert (link["href"], text) == (f"{item['link']}?recommendation_id={identifier}", item["title"])
    for (image, _), item in zip(page.all("img"), slate["items"], strict=True):
        assert (image["src"], image["alt"]) == (item["image_link"], item["title"])
        assert (image["width"], image["height"], image["loading"]) == (str(IMAGE_SIDE), str(IMAGE_SIDE), "lazy")
    assert [text for _, text in page.all("p", "rec-reason")] == [item["reason"]["text"] for item in slate["items"]]
    assert not {"script", "style", "iframe"} & {tag for tag, *_ in page.found}


def test_what_the_catalogue_holds_is_text_and_no_markup() -> None:
    title = "<script>alert(1)</script>\"' & <b>"
    page = made({"title": title, "link": '/p?a="><script>', "image_link": "/i", "brand": title}, extra=("brand",))
    assert {tag for tag, *_ in page.found} == {"section", "h2", "ul", "li", "img", "a", "p"}
    assert page.all("a")[0] == ({"class": "rec-title", "href": '/p?a="><script>&recommendation_id=r1'}, title)
    assert page.all("img")[0][0]["alt"] == title
    assert page.all("p", "rec-field")[0][1] == title


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "\x01javascript:x", "mailto:a", "", None],
)
def test_only_addresses_of_the_web_are_followed(address: str | None) -> None:
    page = made({"title": "Tea", "link": address, "image_link": address})
    assert (page.all("a"), page.all("img")) == ([], [])
    assert page.all("span")[0][1] == "Tea"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/p/1", "/p/1?recommendation_id=r"),
        ("https://a.example/p?x=1&y=%20#top", "https://a.example/p?x=1&y=%20&recommendation_id=r#top"),
    ],
)
def test_a_link_tells_which_slate_it_was_in(link: str, expected: str) -> None:
    assert marked(link, "r") == expected


@pytest.mark.parametrize(
    ("locale", "price"),
    [("pl-PL", "1_234,50_zł"), ("cs_CZ", "1_234,50_PLN"), ("en-GB", "PLN1,234.50"), ("ru", "1_234,50_PLN")],
)
def test_prices_are_written_as_the_shops_country_does(locale: str, price: str) -> None:
    page = made({"price": 1234.5, "currency": "PLN"}, locale=locale)
    ((_, text),) = page.all("p", "rec-price")
    assert text.replace(NO_BREAK, "_") == price


def test_a_sale_price_stands_before_the_regular_one_and_both_are_named() -> None:
    ((_, text),) = made({"price": 20.0, "sale_price": 15.0, "currency": "EUR"}).all("p", "rec-price")
    assert text == "Sale price €15.00 Regular price €20.00"
    for no_sale in (20.0, 25.0, None):
        ((_, text),) = made({"price": 20.0, "sale_price": no_sale, "currency": "EUR"}).all("p", "rec-price")
        assert text == "€20.00"


def test_an_item_of_which_little_is_known_is_shown_by_its_id() -> None:
    page = made({})
    assert page.all("span")[0][1] == "SKU-1"
    assert page.all("p", "rec-price") == []


def test_nothing_is_for_you_when_nothing_is_known_of_you() -> None:
    assert made({}, known=False).all("h2")[0][1] == "Best sellers"
    assert made({}, known=True).all("h2")[0][1] == "Recommended for you"
    assert made({}, known=False, kind="trending").all("h2")[0][1] == "Popular right now"


def test_heading_level_and_locale_may_be_asked_for(public: Any) -> None:
    page = Page(public.get(f"{PATH}?heading=Dla+Ciebie&heading_level=3&locale=pl-PL&fields=brand").text)
    assert page.all("h3")[0][1] == "Dla Ciebie"
    assert page.all("section")[0][0]["lang"] == "pl"
    assert page.all("p", "rec-field")


@pytest.mark.parametrize("query", ["heading_level=7", "locale=xx-YY", "locale=nonsense!", "limit=0", "colour=red"])
def test_a_wrong_question_is_a_problem(public: Any, query: str) -> None:
    answer = public.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json["errors"]] == [query.split("=")[0]]


def test_every_language_has_the_same_texts() -> None:
    texts = shipped_texts()
    assert set(texts) == {"en", "pl", "cs", "ru"}
    for one in texts.values():
        assert set(one.headings) == {*KINDS, "popular"}
    assert len({frozenset(one.reasons) for language, one in texts.items() if language != "en"}) == 1


def test_a_customer_is_asked_for_as_in_json(public: Any, server: Any, sign: Sign) -> None:
    def shown(answer: Any) -> list[str | None]:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        return [item["data-item-id"] for item, _ in Page(answer.text).all("li")]

    expected = [item["item_id"] for item in server.get(f"/v1/recommendations/home?customer_id={KNOWN}").json["items"]]
    assert shown(server.get(f"{PATH}?customer_id={KNOWN}")) == expected
    assert shown(public.get(PATH, query_string={"token": sign()})) == expected
    assert public.get(f"{PATH}?customer_id={KNOWN}").status_code == 403
    assert public.get(PATH, query_string={"token": sign(exp=1)}).status_code == 401


def test_what_is_about_nobody_is_kept_by_its_tag(public: Any) -> None:
    first = public.get(PATH)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert public.get(PATH, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_empty_slate_is_an_empty_body_and_a_reason(server: Any, public: Any) -> None:
    for caller in (server, public):
        answer = caller.get(f"{PATH}?filter=price%20%3C%200")
        assert (answer.status_code, answer.text) == (200, "")
        assert answer.headers["X-Empty-Reason"] == "0 items, and fewer than 1 are not shown"


def test_half_a_row_is_not_shown_where_the_placement_asks_for_more(
    settings: Settings, call: Any, tmp_path: Path
) -> None:
    file = tmp_path / "placements.toml"
    file.write_text('[placements.home]\nkind = "for_you"\nfallback = ["popular"]\nmin_items = 3\n')
    server = call(create_app(dataclasses.replace(settings, placements=file)), "server")
    assert server.get(f"{PATH}?limit=2").text == ""
    assert len(Page(server.get(f"{PATH}?limit=3").text).all("li")) == 3


def test_links_are_whole_where_the_shops_address_is_set(settings: Settings, call: Any) -> None:
    server = call(create_app(dataclasses.replace(settings, public_url="https://shop.example")), "server")
    for link, _ in Page(server.get(PATH).text).all("a"):
        assert re.match(r"https://shop\.example/p/", str(link["href"]))


def test_a_private_price_is_not_shown_to_a_public_key(settings: Settings, call: Any) -> None:
    app = create_app(dataclasses.replace(settings, private_fields=frozenset({"price"})))
    assert Page(call(app, "public").get(PATH).text).all("p", "rec-price") == []
    assert Page(call(app, "server").get(PATH).text).all("p", "rec-price")
    assert call(app, "public").get(f"{PATH}?fields=price").status_code == 403


def test_a_problem_of_a_fragment_is_json(public: Any) -> None:
    answer = public.get("/v1/recommendations/nowhere.html")
    assert answer.status_code == 404
    assert msgspec.json.decode(answer.data)["type"] == "/docs#unknown-placement"
