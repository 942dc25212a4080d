"""One product as an image and a link."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recsvc.app import create_app
from recsvc.email.hosts import Hosts, hosts_of
from recsvc.pictures.card import HEIGHT, WIDTH
from recsvc.settings import Settings
from tests.engines import Learned, learned

BLOCK = "/v1/email/email_newsletter"


def opened(answer: Any) -> Image.Image:
    return Image.open(io.BytesIO(answer.data))


def test_the_image_has_the_product_and_is_kept_by_nobody(reader: Any, builder: Any) -> None:
    answer = reader.get(f"{BLOCK}/1.png")
    image = opened(answer)
    assert (answer.content_type, image.format, image.size) == ("image/png", "PNG", (WIDTH, HEIGHT))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(answer.data) < 200_000
    assert answer.data != reader.get(f"{BLOCK}/2.png").data
    assert builder.get(f"{BLOCK}/1.png?customer_id=c0003").status_code == 200


def test_the_link_leads_there_without_being_kept(reader: Any) -> None:
    answer = reader.get(f"{BLOCK}/1/go")
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Location"].startswith("https://shop.example/p/")
    assert "recommendation_id=" in answer.headers["Location"]


@pytest.mark.parametrize("slot", ["0", "13", "-1", "x", "01", "1.5"])
@pytest.mark.parametrize("what", [".png", "/go"])
def test_other_slots_are_not_there(reader: Any, slot: str, what: str) -> None:
    assert reader.get(f"{BLOCK}/{slot}{what}").status_code == 404


def test_a_customer_needs_a_key_or_a_token(reader: Any, mail_app: Any, call: Any) -> None:
    for what in (".png", "/go"):
        assert reader.get(f"{BLOCK}/1{what}?customer_id=c0003").status_code == 401
        assert call(mail_app, "public").get(f"{BLOCK}/1{what}?customer_id=c0003").status_code == 403


def test_a_slot_beyond_the_slate_is_a_dot_and_leads_to_the_shop(builder: Any, tmp_path: Path, call: Any) -> None:
    file = tmp_path / "placements.toml"
    file.write_text('[placements.own]\nkind = "buy_again"\n')
    settings = replace(builder.application.service.settings, placements=file)
    tool = call(create_app(settings), "server")
    assert opened(tool.get("/v1/email/own/1.png?customer_id=nobody")).size == (1, 1)
    assert tool.get("/v1/email/own/1/go?customer_id=nobody").headers["Location"] == "https://shop.example"
    homeless = call(create_app(replace(settings, public_url=None)), "server")
    assert homeless.get("/v1/email/own/1/go?customer_id=nobody").json["type"] == "/docs#not-found"
    assert tool.get("/v1/email/own/1/go?customer_id=c0003&min_items=1").headers["Location"] != "https://shop.example"


def test_redirects_lead_to_hosts_of_the_catalogue_and_the_shop_alone(shop: Learned) -> None:
    hosts = Hosts("https://shop.example")
    assert hosts_of(shop.engine) == frozenset()
    assert hosts_of(learned("untimed").engine) == frozenset()
    assert hosts.allow("https://shop.example/p/1", shop.engine)
    assert not hosts.allow("https://evil.example/p/1", shop.engine)
    assert not hosts.allow("https://shop.example.evil.example/", shop.engine)


def test_hosts_are_read_from_all_links(monkeypatch: pytest.MonkeyPatch, shop: Learned) -> None:
    column = shop.engine.model.shop.catalogue.columns["link"]
    words = ["https://A.example/x", "http://user@b.example:8080/y", "/p/1", "javascript:alert(1)", "https://č.example?"]
    raw = [word.encode() for word in words]
    offsets = np.cumsum([0, *map(len, raw)])
    strings = type(column.strings)(np.frombuffer(b"".join(raw), np.uint8), offsets.astype(np.int64))
    monkeypatch.setattr(column, "strings", strings)
    assert hosts_of(shop.engine) == {"a.example", "b.example", "xn--bea.example"}
    assert Hosts(None).allow("https://b.example/z", shop.engine)


def test_a_photo_is_a_square_jpeg_that_proxies_may_keep(reader: Any) -> None:
    answer = reader.get("/v1/items/photo.jpg?item_id=sku/001&width=240")
    image = opened(answer)
    assert (image.format, image.size) == ("JPEG", (240, 240))
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert reader.get("/v1/items/photo.jpg?item_id=nothing&width=240").status_code == 200
    assert reader.get("/v1/items/photo.jpg?item_id=x&width=1201").status_code == 400
    assert reader.get("/v1/items/photo.jpg").status_code == 400


def test_a_private_field_is_in_no_mail(mail_settings: Settings, call: Any, keys: Any) -> None:  # noqa: ARG001
    tool = call(create_app(replace(mail_settings, private_fields=frozenset({"brand", "price"}))), "server")
    block = tool.get(f"{BLOCK}.json?customer_id=c0003&slots=2").json
    assert (block["item_1_brand"], block["item_1_price"], block["item_1_price_text"]) == (None, None, None)
    assert block["item_1_title"]
