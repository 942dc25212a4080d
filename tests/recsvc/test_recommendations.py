"""GET and POST /v1/recommendations/{placement} over a real bundle."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest

from models.query import Query
from recsvc.app import App, create_app
from recsvc.settings import Settings
from recsvc.slates import with_links
from tests.shops import item_id

PATH = "/v1/recommendations/home"
KNOWN = "c0003"


def items(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [item["item_id"] for item in answer.json["items"]]


def faults(answer: Any) -> dict[str, str]:
    """The detail of every fault by where it is."""
    assert answer.status_code == 400, answer.json
    return {
        fault.get("parameter", fault.get("pointer", fault.get("header", ""))): fault["detail"]
        for fault in answer.json["errors"]
    }


def test_answer_is_the_engines_slate_with_catalogue_fields_in_each_item(server: Any, app: App) -> None:
    engine = app.service.live.serving.engine
    slate = engine.recommend(Query(placement="home", customer_id=KNOWN, limit=5))
    answer = server.get(f"{PATH}?customer_id={KNOWN}&limit=5").json
    assert answer["placement"] == "home"
    assert answer["model_version"] == app.service.live.version
    assert answer["customer_known"] is True
    assert answer["fallback"] is slate.fallback
    for item, expected in zip(answer["items"], slate.items, strict=True):
        assert (item["item_id"], item["rank"], item["method"]) == (expected.item_id, expected.rank, expected.method)
        assert item["score"] == pytest.approx(expected.score)
        assert item["reason"] == {
            "code": expected.reason.code,
            "text": expected.reason.text,
            "item_ids": list(expected.reason.item_ids),
        }
        assert {name: item[name] for name in expected.fields} == expected.fields
        assert list(expected.fields) == ["title", "price", "currency", "link", "image_link"]


def test_every_answer_has_its_own_id(server: Any) -> None:
    answers = [server.get(PATH).json["recommendation_id"] for _ in range(3)]
    assert len(set(answers)) == 3


def test_body_and_parameters_mean_the_same(server: Any) -> None:
    one, other = item_id(4), item_id(11)
    query = {
        "customer_id": KNOWN,
        "item_id": [one],
        "cart": [other],
        "recent": [item_id(20), item_id(21)],
        "exclude": [item_id(30)],
        "limit": 7,
        "offset": 2,
        "filter": "price < 12 and brand != 'Alba'",
        "fields": ["title", "brand"],
        "as_of": "2024-07-01T10:00:00Z",
    }
    by_body = server.post(PATH, json=query)
    by_parameters = server.get(PATH, query_string=query)
    assert items(by_body)
    assert by_body.json["items"] == by_parameters.json["items"]
    assert by_body.json["items"][0]["rank"] == 3
    assert set(by_body.json["items"][0]) == {"item_id", "rank", "score", "method", "reason", "title", "brand"}


def test_unknown_customers_and_items_get_an_answer(server: Any) -> None:
    answer = server.get(f"{PATH}?customer_id=nobody&item_id=nothing&cart=nothing&limit=4")
    assert len(items(answer)) == 4
    assert answer.json["customer_known"] is False
    assert answer.json["fallback"] == "popular"


def test_empty_parameters_are_as_good_as_none(server: Any) -> None:
    written_by_a_template = server.get(f"{PATH}?customer_id=&item_id=&cart=&filter=&fields=&as_of=&&limit=5")
    assert items(written_by_a_template) == items(server.get(f"{PATH}?limit=5"))


def test_ids_may_hold_any_character(server: Any) -> None:
    odd = item_id(11)
    assert not odd.isascii()
    encoded = server.get(PATH, query_string={"item_id": [odd, "a/b?c&d+e%20"]})
    assert odd not in items(encoded)
    raw = server.get(PATH, environ_overrides={"QUERY_STRING": f"item_id={odd}".encode().decode("latin-1")})
    assert items(raw) == items(encoded)


def test_own_fields_of_an_item_cannot_be_replaced_by_catalogue_fields(server: Any) -> None:
    item = server.get(f"{PATH}?limit=1&fields=rank&fields=item_id&fields=brand").json["items"][0]
    assert item["rank"] == 1
    assert set(item) == {"item_id", "rank", "score", "method", "reason", "brand"}


def test_links_are_made_absolute_by_the_shops_address(settings: Settings, call: Any) -> None:
    app = create_app(dataclasses.replace(settings, public_url="https://shop.example"))
    item = call(app).get(f"{PATH}?limit=1").json["items"][0]
    assert item["link"].startswith("https://shop.example/p/")
    assert item["image_link"].startswith("https://img.example/")


@pytest.mark.parametrize("link", [None, "//cdn.example/1", "https://other.example/1", ""])
def test_links_that_are_whole_or_missing_stay_as_they_are(link: str | None) -> None:
    assert with_links({"title": "/no link", "link": link}, "https://shop.example") == {
        "title": "/no link",
        "link": link,
    }


def test_an_answer_is_for_nobody_else(server: Any) -> None:
    assert server.get(PATH).headers["Cache-Control"] == "private, no-store"


def test_unknown_placement_is_not_found_whatever_else_is_wrong(server: Any) -> None:
    for answer in (server.get("/v1/recommendations/nowhere"), server.post("/v1/recommendations/nowhere", json={})):
        assert answer.status_code == 404
        assert answer.json["type"] == "/docs#unknown-placement"


def test_every_fault_of_the_parameters_is_named_at_once(server: Any) -> None:
    text = f"limit=0&offset=x&itemid=1&placement=home&as_of=soon&customer_id=a&customer_id=b&cart=ok&cart={'x' * 257}"
    assert faults(server.get(f"{PATH}?{text}&filter={'y' * 2001}")) == {
        "limit": "must be at least 1",
        "offset": "must be a whole number",
        "itemid": "is not known; did you mean 'item_id'?",
        "placement": "is not known",
        "as_of": "must be a time such as 2026-01-31T12:00:00Z",
        "customer_id": "is given more than once",
        "cart": "value 2 is longer than 256 characters",
        "filter": "is longer than 2000 characters",
    }


def test_every_fault_of_the_body_is_named_at_once(server: Any) -> None:
    body = {
        "limit": 201,
        "offset": 1.5,
        "customer_id": "",
        "cart": ["ok", 3],
        "recent": ["x"] * 201,
        "fields": "title",
        "as_of": 5,
        "placement": "home",
        "a/b~c": 1,
    }
    assert faults(server.post(PATH, json=body)) == {
        "/limit": "must be at most 200",
        "/offset": "must be a whole number",
        "/customer_id": "must not be empty",
        "/cart/1": "must be text",
        "/recent": "has more than 200",
        "/fields": "must be a list",
        "/as_of": "must be text",
        "/placement": "is not known",
        "/a~1b~0c": "is not known",
    }


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "is not JSON"),
        (b'{"limit": nul}', "is not JSON"),
        (b'{"cart": ["\xff"]}', "is not valid UTF-8"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(server: Any, body: bytes, detail: str) -> None:
    answer = server.post(PATH, data=body, content_type="application/json")
    assert {place: told.split(":")[0] for place, told in faults(answer).items()} == {"": detail}


def test_a_query_string_that_is_not_utf8_is_refused(server: Any) -> None:
    assert faults(server.get(f"{PATH}?customer_id=%ff")) == {"": "the query string is not valid UTF-8"}


def test_a_wrong_filter_is_pointed_at(server: Any) -> None:
    by_parameter = server.get(PATH, query_string={"filter": "price < 20 and colour = 'red'"})
    assert by_parameter.status_code == 400
    assert by_parameter.json["type"] == "/docs#invalid-filter"
    (fault,) = by_parameter.json["errors"]
    assert (fault["parameter"], fault["column"]) == ("filter", 16)
    (fault,) = server.post(PATH, json={"filter": "price <"}).json["errors"]
    assert fault["pointer"] == "/filter"
    assert fault["column"] == 8


def test_a_body_must_say_that_it_is_json(server: Any) -> None:
    form = server.post(PATH, data="limit=3", content_type="application/x-www-form-urlencoded")
    packed = server.post(PATH, json={}, headers={"Content-Encoding": "gzip"})
    assert [(answer.status_code, answer.json["errors"][0]["header"]) for answer in (form, packed)] == [
        (415, "Content-Type"),
        (415, "Content-Encoding"),
    ]


def test_a_large_body_is_refused_whether_or_not_it_tells_its_length(server: Any, app: App) -> None:
    large = b" " * (app.service.settings.max_body_bytes + 1)
    told = server.post(PATH, data=large, content_type="application/json")
    streamed = server.post(
        PATH,
        input_stream=io.BytesIO(large),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert [told.status_code, streamed.status_code] == [413, 413]
    assert "1048576 bytes" in told.json["detail"]


def test_a_long_query_string_is_refused_with_the_way_out(server: Any) -> None:
    answer = server.get(f"{PATH}?{'item_id=x&' * 801}")
    assert answer.status_code == 400
    assert answer.json["type"] == "/docs#query-too-long"


def test_a_body_takes_no_parameters_beside_it(server: Any) -> None:
    answer = server.post(f"{PATH}?limit=3", json={})
    assert answer.status_code == 400
    assert answer.json["detail"] == "a request with a body takes no query parameters"


def test_a_problem_quotes_no_value(server: Any) -> None:
    for answer in (
        server.get(f"{PATH}?customer_id={'secret' * 50}&limit=secret"),
        server.post(PATH, json={"customer_id": ["secret"], "cart": ["secret" * 50]}),
    ):
        assert answer.status_code == 400
        assert b"secret" not in answer.data
