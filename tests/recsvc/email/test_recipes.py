"""The recipes of docs/email do what they say, as far as a tool's language can be run here."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import liquid
import pytest

from recsvc.app import App
from recsvc.export import Customers, Export
from recsvc.profiles import profiles
from tests.engines import Learned

DOCS = Path(__file__).parents[3] / "docs/email"
SERVICE = "https://recs.shop.example"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def service(mail_app: App) -> Iterator[str]:
    """The address of the service, on a port of its own."""
    server = make_server("127.0.0.1", 0, mail_app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def as_liquid(text: str) -> str:
    """Braze's own way to name things, `${user_id}`, as Liquid that others read."""
    return re.sub(r"(?:(\w+)\.)?\$\{(\w+)\}", lambda name: f"{name[1] or 'user'}.{name[2]}", text)


class Braze:
    """Connected Content: fetches as Braze does, then renders the rest."""

    TAG: ClassVar[str] = r"{% connected_content (\S.*?) :basic_auth (\w+) :save (\w+) %}"

    def __init__(self, get: Callable[..., Any], key: str) -> None:
        self._get = get
        self._key = key

    def render(self, template: str, **known: Any) -> str:
        found = re.search(self.TAG, template)
        assert found is not None
        url = liquid.render(as_liquid(found[1]), **known)
        assert url.startswith(SERVICE)
        basic = b64encode(f"{self._key}:".encode()).decode()
        answer = self._get(url.removeprefix(SERVICE), headers={"Authorization": f"Basic {basic}"})
        assert answer.status_code == 200
        return liquid.render(template.replace(found[0], ""), **{found[3]: answer.json})


@pytest.mark.parametrize("customer", ["c0003", "nobody & co"])
def test_braze_puts_the_block_into_the_mail(builder: Any, reader: Any, customer: str, send_id: str) -> None:
    whole, own = blocks("braze", "liquid")
    known = {"user": {"user_id": customer}, "campaign": {"api_id": send_id}}
    html = Braze(reader.get, builder.key).render(
        whole.replace("{% abort_message('no products') %}", "ABORTED"), **known
    )
    assert html.count("<v:roundrect") == 4
    assert "ABORTED" not in html
    tag = re.search(Braze.TAG, whole)
    assert tag is not None
    products = Braze(reader.get, builder.key).render(tag[0] + own, **known)
    assert products.count("<img") == 4
    assert all(link in html for link in re.findall(r'href="([^"&]+)', products))


def test_klaviyo_shows_what_the_profile_holds(
    builder: Any, reader: Any, shop: Learned, token_of: Callable[..., str]
) -> None:
    profile, image = blocks("klaviyo", "liquid")
    exported = Export(shop.engine, shop.engine.placements["email_newsletter"], layout="wide", limit=4)
    batch = exported.batch(Customers.of(shop.engine, ["c0003"]))
    (held,) = profiles(batch, "klaviyo", "en-GB", SERVICE).to_pylist()
    person = {**held, "token": token_of("c0003", "klaviyo")}
    shown = liquid.render(profile, person=person)
    assert held["item_1_title"] in shown
    assert held["item_1_final_price_text"] in shown
    reduced = liquid.render(profile, person=person | {"item_1_final_price_text": "half of it"})
    assert "half of it" in reduced
    assert held["item_1_price_text"] not in reduced
    assert liquid.render(profile, person={}).strip() == ""
    link, picture = re.findall(r'"(https://[^"]+)"', liquid.render(image, person=person))
    assert reader.get(picture.removeprefix(SERVICE)).content_type == "image/png"
    assert urlsplit(reader.get(link.removeprefix(SERVICE)).headers["Location"]).hostname == "shop.example"
    feed = re.search(rf"`{SERVICE}(/\S+)`", (DOCS / "klaviyo.md").read_text())
    assert feed is not None
    assert builder.get(feed[1]).json["count"] == 6


def test_iterable_gets_an_object_with_the_block(builder: Any) -> None:
    (url,) = blocks("iterable", "")[:1]
    asked = liquid.render(url.strip(), userId="c0003", campaignId="77").removeprefix(SERVICE)
    block = builder.get(asked).json
    assert isinstance(block, dict)
    names = re.findall(r"{{{?recs\.(\w+)}}}?", (DOCS / "iterable.md").read_text())
    assert names == ["html", "item_1_title", "item_1_link", "item_1_price_text"]
    assert all(block[name] for name in names)


def test_mailchimp_shows_one_product_by_image_and_link(reader: Any, token_of: Callable[..., str]) -> None:
    (html,) = blocks("mailchimp", "html")
    token = token_of("c0003", "may")
    link, picture = re.findall(r'"(https://[^"]+)"', html.replace("*|TOKEN|*", token))
    assert reader.get(picture.removeprefix(SERVICE)).content_type == "image/png"
    assert parse_qs(urlsplit(reader.get(link.removeprefix(SERVICE)).headers["Location"]).query)["utm_campaign"] == [
        "may"
    ]
    assert len(token) <= 255


def test_salesforce_fetches_a_whole_block(reader: Any, token_of: Callable[..., str]) -> None:
    found = re.search(rf'"{SERVICE}([^"]+)"', (DOCS / "salesforce.md").read_text())
    assert found is not None
    assert reader.get(found[1] + token_of("c0003", "may")).text.count("<v:roundrect") == 4


def test_customer_io_keeps_the_block_for_the_mail(builder: Any) -> None:
    (url,) = blocks("customer-io", "")[:1]
    asked = liquid.render(url.strip(), customer={"id": "c 0003/ž"}, campaign={"id": 5}).removeprefix(SERVICE)
    block = builder.get(asked).json
    (template,) = blocks("customer-io", "liquid")
    journey = {"recs_count": block["count"], "recs_html": block["html"]}
    assert liquid.render(template, journey=journey).strip() == block["html"].strip()
    assert liquid.render(template, journey={"recs_count": 0, "recs_html": ""}).strip() == ""


def test_a_program_of_the_shops_own_makes_both_parts(builder: Any, service: str) -> None:
    (program,) = blocks("smtp", "python")
    names: dict[str, Any] = {}
    exec(compile(program, "smtp.md", "exec"), names)
    mail = names["mail_for"](service, builder.key, "c0003", "someone@example.org")
    plain, html = mail.get_payload()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().count("recommendation_id=") == 4
    assert html.get_content().count("<v:roundrect") == 4
    assert json.dumps(mail.as_string())
