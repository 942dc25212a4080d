"""The faces of a block: what every mail tool gets, whoever it asks for."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import mjml
import pytest

from models.placements import default_placements
from recsvc.app import create_app
from recsvc.email.block import FLATTENED, LARGE_BYTES, MAX_SLOTS
from recsvc.settings import Settings

LAYOUTS = ("grid-2", "grid-3", "list", "hero")
BLOCK = "/v1/email/email_newsletter"
FACES = ("json", "html", "txt", "mjml")


def test_a_block_is_one_object_with_values_raw_and_ready(builder: Any) -> None:
    block = builder.get(f"{BLOCK}.json?customer_id=c0003&slots=4").json
    assert (block["count"], block["slots"], block["customer_known"]) == (4, 4, True)
    first = block["items"][0]
    assert first["price_text"] == f"€{first['price']:.2f}"
    assert first["reason"]
    assert block["item_1_title"] == first["title"]
    assert block["item_4_price_text"] == block["items"][3]["price_text"]
    assert all(first["title"] in block[face].replace("&#34;", '"') for face in ("html", "text"))


def test_the_same_products_as_the_placement_answers(builder: Any) -> None:
    block = builder.get(f"{BLOCK}.json?customer_id=c0003&slots=6").json
    slate = builder.get("/v1/recommendations/email_newsletter?customer_id=c0003&limit=6").json
    assert [item["item_id"] for item in block["items"]] == [item["item_id"] for item in slate["items"]]


@pytest.mark.parametrize("face", FACES)
def test_an_unknown_customer_gets_a_full_block(builder: Any, face: str) -> None:
    answer = builder.get(f"{BLOCK}.{face}?customer_id=nobody&slots=3")
    assert answer.status_code == 200
    assert answer.text.count("recommendation_id") >= 3
    if face == "json":
        assert (answer.json["customer_known"], answer.json["fallback"], answer.json["count"]) == (False, "popular", 3)


def test_names_are_the_same_however_much_there_is_to_show(builder: Any) -> None:
    full = builder.get(f"{BLOCK}.json?slots=12&customer_id=c0003").json
    short = builder.get("/v1/email/email_replenishment.json?slots=12&min_items=12&cart=x").json
    assert set(full) == set(short)
    assert {f"item_{place}_{name}" for place in range(1, 13) for name in FLATTENED.values()} <= set(full)


def test_the_key_goes_as_basic_authorization_too(reader: Any, builder: Any) -> None:
    basic = b64encode(f"{builder.key}:".encode()).decode()
    answer = reader.get(f"{BLOCK}.json?customer_id=c0003", headers={"Authorization": f"Basic {basic}"})
    assert answer.json["customer_known"] is True


def test_a_token_needs_no_key_and_answers_for_its_customer(
    reader: Any, builder: Any, token_of: Callable[..., str]
) -> None:
    by_token = reader.get(f"{BLOCK}.json?slots=4&token={token_of('c0003')}").json
    by_key = builder.get(f"{BLOCK}.json?slots=4&customer_id=c0003").json
    assert [item["item_id"] for item in by_token["items"]] == [item["item_id"] for item in by_key["items"]]
    assert by_token["frozen"] is True


@pytest.mark.parametrize("face", [*(f".{face}" for face in FACES), "/1.png", "/1/go"])
def test_wrong_tokens_get_a_401_and_nothing_else(
    reader: Any, builder: Any, token_of: Callable[..., str], face: str
) -> None:
    good = token_of("c0003")
    for token in (good[:-2], "x", good.replace(".", ".e", 1)):
        refused = reader.get(f"{BLOCK}{face}?token={token}")
        assert (refused.status_code, refused.json["type"]) == (401, "/docs#invalid-token")
    for caller in (reader, builder):
        swapped = caller.get(f"{BLOCK}{face}?token={good}&customer_id=c0004")
        assert (swapped.status_code, swapped.json["type"]) == (401, "/docs#invalid-token")
    assert builder.get(f"{BLOCK}{face}?token={good}&customer_id=c0003").status_code in (200, 302)


@pytest.mark.parametrize("face", [f".{face}" for face in FACES])
def test_without_key_and_token_there_is_no_block(reader: Any, mail_app: Any, call: Any, face: str) -> None:
    assert reader.get(f"{BLOCK}{face}").status_code == 401
    public = call(mail_app, "public")
    assert public.get(f"{BLOCK}{face}").status_code == 200
    assert public.get(f"{BLOCK}{face}?customer_id=c0003").status_code == 403


def test_every_fault_of_a_question_is_told_at_once(builder: Any) -> None:
    refused = builder.get(f"{BLOCK}.json?slots=13&min_items=0&layout=grid-4&sendid=1")
    assert refused.status_code == 400
    told = {fault["parameter"]: fault["detail"] for fault in refused.json["errors"]}
    assert told == {
        "slots": "must be at most 12",
        "min_items": "must be at least 1",
        "layout": "must be one of grid-2, grid-3, hero, list",
        "sendid": "is not known; did you mean 'send_id'?",
    }
    assert builder.get("/v1/email/nowhere.json").json["type"] == "/docs#unknown-placement"


def test_fewer_than_min_items_give_an_empty_block_with_its_reason(builder: Any, tmp_path: Path, call: Any) -> None:
    file = tmp_path / "placements.toml"
    file.write_text('[placements.own]\nkind = "buy_again"\nlimit = 12\nmin_items = 12\nfilter = "brand = \'Dôle\'"\n')
    app = create_app(replace(builder.application.service.settings, placements=file))
    tool = call(app, "server")
    empty = tool.get("/v1/email/own.json?customer_id=c0003&slots=12").json
    assert (empty["count"], empty["items"], empty["html"], empty["text"]) == (0, [], "", "")
    assert empty["item_1_title"] is None
    there = int(empty["empty_reason"].split()[0])
    assert empty["empty_reason"] == f"{there} products, and fewer than 12 are not shown"
    for face in ("html", "txt", "mjml"):
        answer = tool.get(f"/v1/email/own.{face}?customer_id=c0003&slots=12")
        assert answer.headers["X-Empty-Reason"] == empty["empty_reason"]
        assert "recommendation_id" not in answer.text
    enough = tool.get(f"/v1/email/own.json?customer_id=c0003&slots=12&min_items={there}").json
    assert (enough["count"], enough["empty_reason"]) == (there, None)
    assert tool.get("/v1/email/own.json?customer_id=nobody&min_items=1").json["empty_reason"].startswith("0 products")


class Tags(HTMLParser):
    """Every tag with its attributes, comments' insides too, and whether all that was opened is closed."""

    EMPTY = frozenset({"img", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.opened: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


@pytest.fixture
def fetching(mail_settings: Settings, call: Any) -> Any:
    """A mail tool of a shop whose photos the service may fetch."""
    return call(create_app(replace(mail_settings, image_hosts=frozenset({"img.example"}))), "server")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("slots", [1, 2, 3, 4, 5, 12])
def test_markup_is_what_mail_clients_take(fetching: Any, layout: str, slots: int) -> None:
    html = fetching.get(f"{BLOCK}.html?customer_id=c0003&layout={layout}&slots={slots}").text
    page = Tags(html)
    assert page.opened == []
    for tag, attributes in page.tags:
        if tag == "table":
            assert {"role": "presentation", "cellpadding": "0", "cellspacing": "0", "border": "0"}.items() <= (
                attributes.items()
            )
        if tag == "img":
            assert attributes["alt"]
            assert attributes["width"] == attributes["height"]
            query = parse_qs(urlsplit(attributes["src"] or "").query)
            assert int(query["width"][0]) == 2 * int(attributes["width"] or 0)
    assert {tag for tag, _ in page.tags} <= {"style", "table", "tr", "td", "a", "img", "span", "br", "b", "s", "div"}
    assert set(re.findall(r'(?:href|src)="(https?)://', html)) == {"https"}
    assert html.count("<v:roundrect") == html.count("</v:roundrect>") == slots
    assert html.count("<!--[if mso]>") + html.count("<!--[if !mso]><!-->") == html.count("<![endif]-->")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_product_takes_less_than_4_kb(builder: Any, layout: str) -> None:
    def size(slots: int) -> int:
        return len(builder.get(f"{BLOCK}.html?customer_id=c0003&layout={layout}&slots={slots}").data)

    assert (size(12) - size(2)) / 10 < 4_096
    assert size(12) < LARGE_BYTES


def test_titles_cannot_break_out_of_the_markup(builder: Any) -> None:
    block = builder.get(f"{BLOCK}.json?slots=1&customer_id=c0003").json
    assert '"size' in block["item_1_title"]
    assert block["item_1_title"].replace('"', "&#34;") in block["html"]
    assert block["item_1_title"] in block["text"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_mjml_compiles(builder: Any, layout: str) -> None:
    source = builder.get(f"{BLOCK}.mjml?customer_id=c0003&layout={layout}&slots=5").text
    html = mjml.mjml2html(source)
    assert html.count("recommendation_id") >= 15
    assert "mj-" not in re.sub(r"mj-(column|outlook|full|sidebar)[\w-]*", "", html)


@pytest.mark.parametrize(("layout", "slots", "width"), [("grid-2", 3, 50), ("grid-3", 4, 33), ("hero", 4, 50)])
def test_a_short_last_row_of_the_mjml_has_columns_as_wide_as_the_others(
    builder: Any, layout: str, slots: int, width: int
) -> None:
    source = builder.get(f"{BLOCK}.mjml?customer_id=c0003&layout={layout}&slots={slots}").text
    columns = re.findall(r'class="[^"]*mj-column-per-(\d+)', mjml.mjml2html(source))
    assert columns.count(str(width)) == slots - (layout == "hero")


def test_links_tell_where_they_were_clicked(builder: Any) -> None:
    block = builder.get(f"{BLOCK}.json?slots=1&customer_id=c0003&send_id=may").json
    query = parse_qs(urlsplit(block["item_1_link"]).query)
    assert block["item_1_link"].startswith("https://shop.example/p/")
    assert query == {
        "utm_source": ["recsvc"],
        "utm_medium": ["email"],
        "utm_campaign": ["may"],
        "recommendation_id": [block["recommendation_id"]],
    }


def test_what_the_shop_should_mend_is_told_and_the_block_works(settings: Settings, call: Any) -> None:
    tool = call(create_app(settings), "server")
    block = tool.get(f"{BLOCK}.json?slots=2&customer_id=c0003").json
    assert block["warnings"] == [
        "2 of 2 products have no absolute link: set RECSVC_PUBLIC_URL or mend the feed",
    ]
    assert (block["item_1_link"], block["item_1_card_link"], "<a" in block["html"]) == (None, None, False)
    assert block["item_1_image_link"].startswith("https://img.example/")
    assert tool.get(f"{BLOCK}.html?slots=2").headers["X-Block-Warning"] == block["warnings"][0]


def test_cards_are_linked_for_whoever_may_open_them(builder: Any, reader: Any, token_of: Callable[..., str]) -> None:
    by_key = builder.get(f"{BLOCK}.json?slots=1&customer_id=c0003").json
    by_token = reader.get(f"{BLOCK}.json?slots=1&token={token_of('c0003')}").json
    for_all = builder.get(f"{BLOCK}.json?slots=1").json
    assert by_key["item_1_card_link"] is None
    assert by_token["item_1_card_link"].startswith(f"https://recs.example{BLOCK}/1.png?token=ey")
    assert for_all["item_1_go_link"] == f"https://recs.example{BLOCK}/1/go"


def test_every_shipped_email_placement_has_a_block(builder: Any) -> None:
    names = [name for name in default_placements() if name.startswith("email_")]
    assert len(names) == 5
    for name in names:
        block = builder.get(f"/v1/email/{name}.json?customer_id=c0003&cart=sku/001&item_id=sku/001").json
        assert block["count"] == min(default_placements()[name].limit, MAX_SLOTS)
