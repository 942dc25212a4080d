"""POST /v1/events: what is taken, from whom, and what is believed of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from recsvc.app import App, create_app
from recsvc.contract import MAX_EVENTS
from recsvc.events import EVENT_NAMES
from recsvc.settings import Secret, Settings
from recsvc.state import schema
from recsvc.state.events import COLUMNS
from recsvc.state.keys import Keys
from tests.recsvc.signing import KNOWN, OTHER, Sign, sign

PATH = "/v1/events"
VIEW = {"event_id": "e1", "event": "product_viewed", "item_id": "SKU-1", "anonymous_id": "a1"}
CLICK = VIEW | {"event_id": "e2", "event": "recommendation_clicked", "recommendation_id": "r1", "placement": "home"}

__all__ = ["sign"]


@pytest.fixture(autouse=True)
def _no_events(keys: Keys) -> None:
    with keys._engine.begin() as connection:
        connection.execute(delete(schema.events))


@pytest.fixture
def stored(app: App) -> Callable[[], list[dict[str, Any]]]:
    """What is kept by now."""

    def rows() -> list[dict[str, Any]]:
        return [dict(zip(COLUMNS, row, strict=True)) for part in app.service.state.events().batches() for row in part]

    return rows


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.json
    return {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]}


@pytest.mark.parametrize("body", [VIEW, [VIEW], {"events": [VIEW]}], ids=["one", "list", "object"])
def test_one_event_a_list_and_an_object_that_holds_a_list_mean_the_same(public: Any, stored: Any, body: Any) -> None:
    answer = public.post(PATH, json=body)
    assert (answer.status_code, answer.json) == (202, {"received": 1})
    (row,) = stored()
    assert {name: row[name] for name in VIEW} == VIEW | {"event_id": "public:e1"}
    assert (row["source"], row["customer_id"], row["placement"]) == ("public", None, None)
    assert abs(row["received_at"] - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert row["occurred_at"] == row["received_at"]


def test_a_beacon_sends_plain_text_and_its_key_in_the_address(public: Any, anyone: Any, stored: Any) -> None:
    body = json.dumps({"events": [VIEW, CLICK]})
    for content_type in ("text/plain", "text/plain;charset=UTF-8", "application/json"):
        answer = anyone.post(f"{PATH}?key={public.key}", data=body, content_type=content_type)
        assert answer.status_code == 202
    assert [row["recommendation_id"] for row in stored()] == [None, "r1"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 401), ("?key=", 401), ("?key=rs_1_2", 401), ("?key=a&key=b", 400), ("?customer_id=a", 401)],
)
def test_no_key_no_event(anyone: Any, stored: Any, query: str, status: int) -> None:
    assert anyone.post(PATH + query, json=VIEW).status_code == status
    assert stored() == []


def test_a_server_key_has_no_place_in_an_address(anyone: Any, server: Any, stored: Any) -> None:
    answer = anyone.post(f"{PATH}?key={server.key}", json=VIEW)
    assert answer.status_code == 401
    assert "only a public key" in answer.json["detail"]
    assert stored() == []


def test_a_key_in_the_address_opens_nothing_else(anyone: Any, public: Any) -> None:
    for path in ("/v1/placements", "/v1/recommendations/home"):
        assert anyone.get(f"{path}?key={public.key}").status_code == 401


def test_other_parameters_are_refused(public: Any) -> None:
    answer = public.post(f"{PATH}?customer_id=a&x=y", json=VIEW)
    assert [fault["parameter"] for fault in answer.json["errors"]] == ["customer_id", "x"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/html", ""])
def test_other_types_of_body_are_refused(public: Any, content_type: str) -> None:
    assert public.post(PATH, data=json.dumps(VIEW), content_type=content_type).status_code == 415


def test_an_event_sent_again_counts_once(public: Any, stored: Any) -> None:
    for _ in range(2):
        assert public.post(PATH, json=[VIEW, VIEW, VIEW | {"item_id": "SKU-2"}]).status_code == 202
    assert [row["item_id"] for row in stored()] == ["SKU-1"]


def test_a_page_cannot_use_up_the_ids_of_the_shops_own_events(public: Any, server: Any, stored: Any) -> None:
    public.post(PATH, json=VIEW | {"item_id": "forged"})
    server.post(PATH, json=VIEW | {"customer_id": KNOWN})
    assert [(row["source"], row["item_id"]) for row in stored()] == [("public", "forged"), ("server", "SKU-1")]


def test_every_fault_of_every_event_is_told_and_nothing_stored(server: Any, stored: Any) -> None:
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()
    wrong = [
        VIEW,
        {"event": "product_veiwed", "event_id": "", "item_id": "x" * 257, "customer": "a"},
        {"event_id": "e", "event": "recommendation_viewed", "item_id": "x"},
        "nothing",
        VIEW | {"occurred_at": tomorrow},
        VIEW | {"occurred_at": "0001-01-01T00:00:00+14:00"},
        VIEW | {"occurred_at": "9999-12-31T23:59:59-14:00"},
        VIEW | {"occurred_at": "yesterday", "item_id": "a\x00b"},
    ]
    assert faults(server.post(PATH, json={"events": wrong})) == {
        "/events/1/customer": "is not known; did you mean 'customer_id'?",
        "/events/1/event": f"must be one of {', '.join(sorted(EVENT_NAMES))}",
        "/events/1/event_id": "must not be empty",
        "/events/1/item_id": "is longer than 256 characters",
        "/events/2": "needs an anonymous_id, a token or a customer_id",
        "/events/2/recommendation_id": "is required of events of a slate",
        "/events/2/placement": "is required of events of a slate",
        "/events/3": "must be an object",
        "/events/4/occurred_at": "lies in the future",
        "/events/5/occurred_at": "lies before 1970",
        "/events/6/occurred_at": "lies in the future",
        "/events/7/occurred_at": "must be a time such as 2026-01-31T12:00:00Z",
        "/events/7/item_id": "must look like C-1042",
    }
    assert stored() == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/event"), ([], "/events"), ({"events": []}, "/events"), ([VIEW] * (MAX_EVENTS + 1), "/events"), (1, "")],
    ids=["nothing", "no list", "no events", "too many", "a number"],
)
def test_a_body_without_events_or_with_too_many_is_refused(public: Any, body: Any, pointer: str) -> None:
    assert pointer in faults(public.post(PATH, json=body))


def test_a_server_tells_whose_event_it_is(server: Any, stored: Any) -> None:
    at = "2025-01-31T12:00:00+01:00"
    assert server.post(PATH, json=VIEW | {"customer_id": KNOWN, "occurred_at": at}).status_code == 202
    (row,) = stored()
    assert (row["source"], row["customer_id"], row["anonymous_id"]) == ("server", KNOWN, "a1")
    assert row["occurred_at"] == dt.datetime.fromisoformat(at)


def test_a_page_tells_it_by_a_token_alone(public: Any, sign: Sign, stored: Any) -> None:
    refused = public.post(PATH, json=VIEW | {"customer_id": KNOWN})
    assert (refused.status_code, refused.json["type"]) == (403, "/docs#server-key-needed")
    assert public.post(PATH, json=[VIEW, CLICK | {"token": sign()}]).status_code == 202
    assert [row["customer_id"] for row in stored()] == [None, KNOWN]


@pytest.mark.parametrize(
    "claims", [{"exp": 1}, {"scope": "email", "campaign": "spring"}, {"customer_id": OTHER}], ids=str
)
def test_a_wrong_token_spoils_the_request(public: Any, sign: Sign, stored: Any, claims: dict[str, Any]) -> None:
    named = {"customer_id": KNOWN, "token": sign(**claims)}
    answer = public.post(PATH, json=[VIEW, CLICK | named])
    assert (answer.status_code, answer.json["type"]) == (401, "/docs#invalid-token")
    assert KNOWN not in answer.text
    assert stored() == []


@pytest.mark.parametrize(
    ("ago", "is_believed"),
    [
        (dt.timedelta(minutes=1), True),
        (dt.timedelta(hours=23), True),
        (dt.timedelta(days=400), False),
        (-dt.timedelta(hours=2), False),
    ],
    ids=str,
)
def test_a_time_that_cannot_be_is_not_believed_of_a_page(
    public: Any, stored: Any, ago: dt.timedelta, is_believed: bool
) -> None:
    at = dt.datetime.now(dt.UTC) - ago
    assert public.post(PATH, json=VIEW | {"occurred_at": at.isoformat()}).status_code == 202
    (row,) = stored()
    assert row["occurred_at"] == (at if is_believed else row["received_at"])


def test_as_many_events_are_kept_as_the_settings_say(settings: Settings, call: Any, stored: Any) -> None:
    app = create_app(dataclasses.replace(settings, max_events=2))
    public = call(app, "public")
    statuses = [public.post(PATH, json=VIEW | {"event_id": str(number)}).status_code for number in range(4)]
    assert statuses == [202, 202, 202, 503]
    refused = public.post(PATH, json=CLICK)
    assert refused.json["type"] == "/docs#events-full"
    assert int(refused.headers["Retry-After"]) > 0
    assert len(stored()) == 3


def test_without_live_state_the_caller_is_told_to_send_it_again(settings: Settings, call: Any) -> None:
    app = create_app(settings)
    public = call(app, "public")
    assert public.get("/v1/placements").status_code == 200
    broken = create_app(dataclasses.replace(settings, state_url=Secret("postgresql://user:secret@127.0.0.1:1/name")))
    object.__setattr__(app.service, "state", broken.service.state)
    answer = public.post(PATH, json=VIEW)
    assert (answer.status_code, answer.json["type"]) == (503, "/docs#state-unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "refused" not in answer.text


def test_no_log_line_names_a_customer(server: Any, sign: Sign, capfd: pytest.CaptureFixture[str]) -> None:
    server.post(PATH, json=VIEW | {"token": sign()})
    server.post(PATH, json=VIEW | {"token": sign(OTHER), "customer_id": KNOWN})
    assert KNOWN not in "".join(capfd.readouterr())


def test_received_events_are_counted_by_name(server: Any) -> None:
    def counted() -> float:
        found = [
            line for line in server.get("/metrics").text.splitlines() if 'events_total{event="product_shared' in line
        ]
        return float(found[0].split()[-1]) if found else 0.0

    before = counted()
    server.post(PATH, json=VIEW | {"event": "product_shared"})
    assert counted() == before + 1
