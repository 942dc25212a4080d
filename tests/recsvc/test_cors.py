"""Pages of other hosts: which may ask, and for what."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from recsvc.app import ROUTES, App, create_app
from recsvc.settings import Settings
from tests.recsvc.test_endpoints import url_of

SHOP, OTHER = "https://shop.example", "https://evil.example"
SLATE = "/v1/recommendations/home"
EVENT = {"event_id": "cors", "event": "product_viewed", "item_id": "SKU-1", "anonymous_id": "a1"}
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture(scope="module")
def listing(settings: Settings, call: Any) -> App:  # noqa: ARG001 - the keys are there first
    """The service with an allow-list."""
    return create_app(
        dataclasses.replace(
            settings, cors_origins=frozenset({SHOP}), public_url="https://www.shop.example/shop", log_level="error"
        )
    )


@pytest.fixture
def page(listing: App, call: Any) -> Any:
    return call(listing, "public")


def test_a_page_of_the_list_may_read_what_a_public_key_opens(page: Any) -> None:
    answer = page.get(SLATE, headers={"Origin": SHOP})
    assert answer.headers[ALLOWED] == SHOP
    assert "Origin" in answer.headers["Vary"]
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [OTHER, "null", SHOP + ".evil.example", "http://shop.example", SHOP + "/", ""])
def test_any_other_page_may_not(page: Any, origin: str) -> None:
    answer = page.get(SLATE, headers={"Origin": origin})
    assert ALLOWED not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_a_page_can_read_what_is_wrong(page: Any) -> None:
    page.key = "rs_1_2"
    answer = page.get(SLATE, headers={"Origin": SHOP})
    assert (answer.status_code, answer.headers[ALLOWED]) == (401, SHOP)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_browsers_are_told_beforehand_for_public_paths_alone(page: Any, route: Any) -> None:
    asked = {"Origin": SHOP, "Access-Control-Request-Method": route.method}
    told = page.options(url_of(route), headers=asked)
    assert told.status_code == 204
    assert (ALLOWED in told.headers) == (route.access == "public")
    if route.access == "public":
        assert route.method in told.headers["Access-Control-Allow-Methods"].split(", ")
        assert {"Authorization", "Content-Type"} <= set(told.headers["Access-Control-Allow-Headers"].split(", "))
        assert int(told.headers["Access-Control-Max-Age"]) > 0
    assert ALLOWED not in page.options(url_of(route), headers=asked | {"Origin": OTHER}).headers


def test_a_server_key_is_of_no_use_in_a_page(listing: App, call: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = call(listing, "server")
    assert ALLOWED not in server.get(SLATE, headers={"Origin": SHOP}).headers
    assert "a page holds a server key" in caplog.text
    assert server.get(SLATE).status_code == 200


def test_without_a_list_no_page_of_another_host_reads_anything(public: Any) -> None:
    for answer in (public.get(SLATE, headers={"Origin": SHOP}), public.options(SLATE, headers={"Origin": SHOP})):
        assert ALLOWED not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Origin": SHOP}, 202),
        ({"Origin": "https://www.shop.example"}, 202),
        ({"Origin": OTHER, "Sec-Fetch-Site": "same-origin"}, 202),
        ({"Origin": OTHER, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": OTHER}, 403),
        ({"Origin": "null"}, 403),
    ],
    ids=str,
)
def test_events_are_taken_from_pages_of_the_list_and_our_own(page: Any, headers: dict[str, str], status: int) -> None:
    answer = page.post("/v1/events", json=EVENT, headers=headers)
    assert answer.status_code == status
    assert status == 202 or answer.json["type"] == "/docs#origin-not-allowed"


def test_without_a_list_events_are_taken_from_any_page(public: Any) -> None:
    assert public.post("/v1/events", json=EVENT, headers={"Origin": OTHER}).status_code == 202
