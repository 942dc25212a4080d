"""POST /v1/recommendations:batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recsvc.app import create_app
from recsvc.contract import MAX_BATCH
from recsvc.settings import Settings
from tests.shops import item_id

PATH = "/v1/recommendations:batch"
KNOWN = "c0003"


def results(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.json
    found: list[Any] = answer.json["results"]
    return found


def item_ids(result: Any) -> list[str]:
    return [item["item_id"] for item in result["items"]]


def test_one_answer_a_request_in_order_as_if_asked_alone(server: Any) -> None:
    requests = [
        {"placement": "home", "customer_id": KNOWN, "limit": 4},
        {"placement": "product_cross_sell", "item_id": [item_id(4)]},
        {"placement": "home", "customer_id": "nobody"},
    ]
    for request, result in zip(requests, results(server.post(PATH, json={"requests": requests})), strict=True):
        name = request.pop("placement")
        alone = server.post(f"/v1/recommendations/{name}", json=request).json
        assert {**result, "recommendation_id": ""} == {**alone, "recommendation_id": ""}


def test_a_wrong_request_spoils_no_other(server: Any) -> None:
    requests = [
        {"placement": "home"},
        {"placement": "home", "limit": 0, "cart": [1]},
        {"placement": "nowhere"},
        "home",
        {"placement": "home", "filter": "price <"},
    ]
    good, invalid, unknown, text, filtered = results(server.post(PATH, json={"requests": requests}))
    assert len(good["items"]) == 12
    assert invalid["status"] == 400
    assert [fault["pointer"] for fault in invalid["errors"]] == ["/requests/1/cart/0", "/requests/1/limit"]
    assert unknown["status"] == 404
    assert [fault["pointer"] for fault in text["errors"]] == ["/requests/3"]
    assert [(fault["pointer"], fault["column"]) for fault in filtered["errors"]] == [("/requests/4/filter", 8)]


def test_distinct_shows_no_item_twice_on_a_page_and_keeps_slates_full(server: Any) -> None:
    page = [{"placement": name, "customer_id": KNOWN, "limit": 6} for name in ("account_buy_again", "home", "trending")]
    apart = results(server.post(PATH, json={"requests": page}))
    together = results(server.post(PATH, json={"requests": page, "distinct": True}))
    shown = [item for result in together for item in item_ids(result)]
    assert len({item for result in apart for item in item_ids(result)}) < len(shown)
    assert len(set(shown)) == len(shown) == 18
    assert item_ids(together[0]) == item_ids(apart[0])


def test_distinct_leaves_room_for_what_a_request_excludes_itself(server: Any) -> None:
    first = item_ids(results(server.post(PATH, json={"requests": [{"placement": "home", "limit": 2}]}))[0])
    requests = [{"placement": "home", "limit": 1}, {"placement": "home", "limit": 3, "exclude": first[1:]}]
    one, other = results(server.post(PATH, json={"requests": requests, "distinct": True}))
    assert item_ids(one) == first[:1]
    assert not set(item_ids(other)) & set(first)


def test_placements_of_one_page_show_no_item_twice_to_one_customer(
    settings: Settings, tmp_path: Path, call: Callable[..., Any]
) -> None:
    path = tmp_path / "placements.toml"
    path.write_text(
        "".join(
            f'[placements.{name}]\nkind = "trending"\nlimit = 4\nfallback = ["popular"]\n{page}\n'
            for name, page in (("a", 'page = "p"'), ("b", 'page = "p"'), ("other", 'page = "q"'), ("free", ""))
        )
    )
    server = call(create_app(dataclasses.replace(settings, placements=path)))
    asked = [(name, customer) for customer in (KNOWN, "c0004") for name in ("a", "b", "other", "free")]
    requests = [{"placement": name, "customer_id": customer} for name, customer in asked]
    answers = dict(zip(asked, map(item_ids, results(server.post(PATH, json={"requests": requests}))), strict=True))
    for customer in (KNOWN, "c0004"):
        first = answers["a", customer]
        assert first == answers["other", customer] == answers["free", customer]
        assert len({*first, *answers["b", customer]}) == 8


def test_a_public_key_gets_the_requests_about_nobody(public: Any) -> None:
    requests = [{"placement": "home", "customer_id": KNOWN}, {"placement": "home"}]
    personal, general = results(public.post(PATH, json={"requests": requests}))
    assert personal["status"] == 403
    assert len(general["items"]) == 12


def test_a_batch_has_a_limit_and_may_be_empty(server: Any) -> None:
    request = {"placement": "home", "limit": 1}
    assert results(server.post(PATH, json={"requests": []})) == []
    assert len(results(server.post(PATH, json={"requests": [request] * MAX_BATCH}))) == MAX_BATCH
    answer = server.post(PATH, json={"requests": [request] * (MAX_BATCH + 1)})
    assert answer.status_code == 400
    assert answer.json["errors"] == [{"detail": f"has more than {MAX_BATCH}", "pointer": "/requests"}]


def test_the_batch_itself_is_checked(server: Any) -> None:
    answer = server.post(PATH, json={"distinct": 1, "request": []})
    assert answer.status_code == 400
    assert {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]} == {
        "/requests": "is required",
        "/distinct": "must be true or false",
        "/request": "is not known; did you mean 'requests'?",
    }
