"""Looking up customers, and what they bought, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines import Learned


def test_customers_are_found_by_how_their_id_begins(server: Any, shop: Learned) -> None:
    ids = sorted(shop.ledger.bought)
    answer = server.get("/v1/customers", query_string={"starts_with": ids[0], "limit": 5}).json
    assert answer["unit"] == "day"
    assert answer["customers"][0]["customer_id"] == ids[0]
    assert answer["customers"][0]["items"] == len(shop.ledger.products_bought(ids[0]))
    assert answer["customers"][0]["ago"] >= 0


def test_without_a_text_some_customers_are_shown(server: Any) -> None:
    assert len(server.get("/v1/customers?limit=7").json["customers"]) == 7


def test_purchases_come_with_catalogue_fields_and_attributes(server: Any, shop: Learned) -> None:
    customer = min(shop.ledger.bought)
    answer = server.get("/v1/customers/purchases", query_string={"customer_id": customer, "limit": 3}).json
    assert answer["customer_known"]
    assert answer["items"] == len(shop.ledger.products_bought(customer))
    assert len(answer["purchases"]) == 3
    first = answer["purchases"][0]
    assert first["item_id"] in shop.ledger.bought[customer]
    assert first["title"] == shop.ledger.catalogue[first["item_id"]]["title"]
    assert first["orders"] == len(shop.ledger.times[customer, shop.ledger.product(first["item_id"])])
    assert set(answer["attributes"]) == set(shop.dataset.customer_columns)


def test_a_stranger_is_an_answer(server: Any) -> None:
    answer = server.get("/v1/customers/purchases?customer_id=nobody").json
    assert (answer["customer_known"], answer["items"], answer["purchases"]) == (False, 0, [])


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/customers/purchases?customer_id=C-1"])
def test_nobody_without_a_server_key_looks_at_customers(public: Any, anyone: Any, path: str) -> None:
    assert public.get(path).status_code == 403
    assert anyone.get(path).status_code == 401


def test_every_fault_of_the_question_is_told(server: Any) -> None:
    answer = server.get("/v1/customers/purchases?limit=0&colour=red")
    assert answer.status_code == 400
    assert {error["parameter"] for error in answer.json["errors"]} == {"limit", "colour", "customer_id"}
