"""The smaller endpoints, and what all of them have in common."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from models.placements import default_placements, placements_schema
from recsvc.app import ROUTES, App
from recsvc.routes import Route
from tests.engines import Learned
from tests.shops import item_id, price

OPEN = {
    "placements_schema",
    "healthz",
    "readyz",
    "openapi",
    "docs",
    "docs_style",
    "widget",
    "email_card",
    "email_go",
    "item_photo",
    "preview",
    "preview_style",
    "preview_script",
}
# What some routes cannot be asked without.
ASKED = {"items": "?item_id=x", "item_photo": "?item_id=x"}
IN_PATH = {"<placement>": "home", "<slot>": "1", "<name>": "app"}


def url_of(route: Route) -> str:
    return re.sub(r"<\w+>", lambda part: IN_PATH[part[0]], route.path)


def test_items_are_looked_up_in_order_and_unknown_ones_told(server: Any) -> None:
    asked = [item_id(7), "nothing", item_id(11)]
    answer = server.get("/v1/items", query_string={"item_id": asked, "fields": ["price", "brand", "item_id"]})
    assert answer.status_code == 200
    assert [item["item_id"] for item in answer.json["items"]] == [item_id(7), item_id(11)]
    assert answer.json["items"][0] == {"item_id": item_id(7), "price": price(7), "brand": "Dôle"}
    assert answer.json["unknown"] == ["nothing"]


def test_items_have_the_usual_fields_unless_asked_for_others(server: Any) -> None:
    (item,) = server.get("/v1/items", query_string={"item_id": item_id(7)}).json["items"]
    assert set(item) == {"item_id", "title", "price", "currency", "link", "image_link"}


@pytest.mark.parametrize("text", ["", "item_id=", "item_id=x&limit=3"])
def test_a_wrong_question_about_items_is_refused(server: Any, text: str) -> None:
    assert server.get(f"/v1/items?{text}").status_code == 400


def test_placements_are_listed_with_kind_limit_and_purpose(public: Any, app: App) -> None:
    listed = public.get("/v1/placements").json["placements"]
    assert [one["placement"] for one in listed] == list(app.service.live.serving.engine.placements)
    home = default_placements()["home"]
    assert {"placement": "home", "kind": "for_you", "limit": 12, "description": home.description} in listed


def test_model_tells_version_window_and_report(server: Any, app: App, shop: Learned) -> None:
    model = server.get("/v1/model").json
    assert model["model_version"] == app.service.live.version
    assert model["training_window"] == {"first": "2024-01-01T08:00:00Z", "last": "2024-06-28T19:00:00Z"}
    assert model["evaluation"] == {"headline": {"recall_at_10": 0.21}}
    assert (model["customers"], model["items"]) == (shop.dataset.n_customers, shop.dataset.n_items)
    assert model["methods"] == list(shop.model.methods)


def test_health_and_readiness_need_no_key(anyone: Any, app: App) -> None:
    assert anyone.get("/healthz").json == {"status": "ok"}
    assert anyone.get("/readyz").json == {"status": "ready", "model_version": app.service.live.version}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_only_health_and_docs_are_open(anyone: Any, route: Route) -> None:
    url = url_of(route) + ASKED.get(route.name, "")
    answer = anyone.open(url, method=route.method, json={} if route.body else None)
    # This shop's links are relative and its address is not set, so there is nowhere to go.
    assert answer.status_code == (404 if route.name == "email_go" else 200 if route.name in OPEN else 401)
    if route.name not in OPEN:
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="recsvc"'


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_path_tells_its_methods(server: Any, route: Route) -> None:
    told = server.options(url_of(route))
    refused = server.delete(url_of(route))
    assert told.status_code == 204
    assert refused.status_code == 405
    assert refused.json["type"] == "/docs#method-not-allowed"
    assert route.method in told.headers["Allow"].split(", ")
    assert told.headers["Allow"] == refused.headers["Allow"]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=lambda route: route.name)
def test_head_is_get_without_a_body(server: Any, route: Route) -> None:
    url = url_of(route) + ASKED.get(route.name, "")
    head, get = server.head(url), server.get(url)
    assert head.data == b""
    assert (head.status_code, head.content_type) == (get.status_code, get.content_type)
    assert head.content_length == get.content_length or route.name == "metrics"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/model/", "//v1/model", "/v1/recommendations/", "/v1/recommendations/a/b"]
)
def test_other_paths_are_not_found(server: Any, path: str) -> None:
    answer = server.get(path)
    assert answer.status_code == 404
    assert answer.json["type"] == "/docs#not-found"


def test_the_callers_request_id_comes_back_where_it_is_harmless(anyone: Any) -> None:
    def echoed(request_id: str) -> str:
        answer: str = anyone.get("/healthz", headers={"X-Request-ID": request_id}).headers["X-Request-ID"]
        return answer

    assert echoed("order-42.a_B") == "order-42.a_B"
    made = [echoed(odd) for odd in ("", "a b", "x" * 129, "{}", "é")]
    assert all(len(one) == 32 and one.isalnum() for one in made)
    assert len(set(made)) == len(made)


def test_a_problem_carries_the_id_of_its_request(anyone: Any) -> None:
    answer = anyone.get("/nothing")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_an_unforeseen_error_says_nothing_of_the_inside_and_logs_everything(
    server: Any, app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(app.service.live.serving.engine, "recommend", fail)
    answer = server.get("/v1/recommendations/home")
    assert answer.status_code == 500
    assert set(answer.json) == {"type", "title", "status", "request_id"}
    assert b"inside" not in answer.data
    (record,) = [record for record in caplog.records if record.name == "recsvc.app"]
    assert "the inside" in str(record.exc_info)
    assert record.fields["request_id"] == answer.json["request_id"]  # type: ignore[attr-defined]


def test_the_schema_of_placements_needs_no_key(anyone: Any) -> None:
    answer = anyone.get("/v1/placements/schema")
    assert answer.content_type == "application/schema+json"
    assert json.loads(answer.data) == placements_schema()
