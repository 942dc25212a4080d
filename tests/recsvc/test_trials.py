"""POST /v1/placements:try and /v1/recommendations:explain."""

from __future__ import annotations

from typing import Any

import pytest

TRY, EXPLAIN = "/v1/placements:try", "/v1/recommendations:explain"
HOME = {"placement": "home", "customer_id": "c0003"}
PINNED = """
[placements.home]
kind = "for_you"
limit = 3
fallback = ["popular"]
pins = [{ item_id = "sku/004", position = 1 }, { item_id = "sku/013", position = 2 }]
"""


def test_a_text_is_tried_and_nothing_is_saved(server: Any) -> None:
    before = server.post("/v1/recommendations/home", json={"customer_id": "c0003"}).json["items"]
    answer = server.post(TRY, json={"placements": PINNED, "request": HOME})
    assert answer.status_code == 200, answer.json
    slate = answer.json["slate"]
    assert slate["items"][0]["method"] == "pin"
    assert slate["items"][0]["item_id"] == "sku/004"
    assert slate["items"][0]["title"]
    assert len(slate["items"]) == 3
    assert answer.json["notes"] == ["placements.home.pins[2].item_id: 'sku/013' cannot be sold now"]
    assert server.post("/v1/recommendations/home", json={"customer_id": "c0003"}).json["items"] == before


@pytest.mark.parametrize("path", [TRY, EXPLAIN])
@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[placements.home", ["the file is no valid TOML"]),
        ("[placements.home]\nlimit = 0\n", ["home.kind: missing", "home.limit: Expected"]),
        (PINNED + 'filter = "prize < 3"', ["home.filter: the catalogue has no column called 'prize'"]),
    ],
)
def test_a_text_with_faults_is_refused_with_all_of_them(server: Any, path: str, text: str, faults: list[str]) -> None:
    question = {"item_id": "sku/004"} if path == EXPLAIN else {}
    answer = server.post(path, json={"placements": text, "request": HOME, **question})
    assert answer.status_code == 400
    assert answer.json["type"] == "/docs#invalid-placements"
    told = [(fault["pointer"], fault["detail"]) for fault in answer.json["errors"]]
    assert [pointer for pointer, _ in told] == ["/placements"] * len(faults)
    assert all(words in detail for words, (_, detail) in zip(faults, told, strict=True))


@pytest.mark.parametrize("path", [TRY, EXPLAIN])
def test_a_wrong_request_is_pointed_at(server: Any, path: str) -> None:
    question = {"item_id": "sku/004"} if path == EXPLAIN else {}
    body = {"placements": PINNED, **question}
    limit = server.post(path, json={**body, "request": {**HOME, "limit": 0}})
    assert [fault["pointer"] for fault in limit.json["errors"]] == ["/request/limit"]
    filtered = server.post(path, json={**body, "request": {**HOME, "filter": "price <"}})
    assert [(fault["pointer"], fault["column"]) for fault in filtered.json["errors"]] == [("/request/filter", 8)]
    assert server.post(path, json={**body, "request": {"placement": "cart"}}).status_code == 404
    assert server.post(path, json={**body, "request": {**HOME, "token": "a.b.c"}}).status_code == 401


@pytest.mark.parametrize("path", [TRY, EXPLAIN])
def test_they_need_a_server_key(public: Any, path: str) -> None:
    assert public.post(path, json={"placements": PINNED, "request": {"placement": "home"}}).status_code == 403


def test_an_item_is_explained_by_what_is_served_or_by_what_is_tried(server: Any) -> None:
    served = server.post(EXPLAIN, json={"request": HOME, "item_id": "sku/013"})
    assert served.status_code == 200, served.json
    assert [finding["code"] for finding in served.json["findings"]] == ["not_sellable"]
    assert (served.json["shown"], served.json["rank"]) == (False, None)
    tried = server.post(EXPLAIN, json={"request": HOME, "item_id": "sku/004", "placements": PINNED}).json
    assert (tried["shown"], tried["rank"]) == (True, 1)
    assert {score["method"] for score in tried["scores"]} >= {"popularity"}
