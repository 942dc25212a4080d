"""Personal slates by a public key and a customer token, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recsvc.signing import KNOWN, OTHER, Sign, sign

PATH = "/v1/recommendations/home"

__all__ = ["sign"]


def without_id(slate: Any) -> Any:
    return {**slate, "recommendation_id": ""}


def require_refused(answer: Any) -> None:
    """A problem, and nothing that tells one fault from another."""
    assert answer.status_code == 401, answer.json
    assert answer.json["type"] == "/docs#invalid-token"
    assert set(answer.json) == {"type", "title", "status", "request_id"}
    assert answer.headers["WWW-Authenticate"]


def test_a_token_opens_its_customers_slate_to_a_public_key(public: Any, server: Any, sign: Sign) -> None:
    expected = server.get(f"{PATH}?customer_id={KNOWN}").json
    assert expected["customer_known"] is True
    for asked in ({"token": sign()}, {"token": sign(), "customer_id": KNOWN}):
        answers = public.get(PATH, query_string=asked), public.post(PATH, json=asked)
        for answer in answers:
            assert answer.status_code == 200
            assert without_id(answer.json) == without_id(expected)
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_server_key_takes_a_token_too(server: Any, sign: Sign) -> None:
    asked = server.get(PATH, query_string={"token": sign()})
    assert without_id(asked.json) == without_id(server.get(f"{PATH}?customer_id={KNOWN}").json)


def test_an_unknown_customer_with_a_token_is_an_answer(public: Any, sign: Sign) -> None:
    answer = public.get(PATH, query_string={"token": sign("nobody")})
    assert (answer.status_code, answer.json["customer_known"]) == (200, False)


def test_a_token_does_not_open_another_customers_slate(public: Any, server: Any, sign: Sign) -> None:
    for caller in (public, server):
        require_refused(caller.get(PATH, query_string={"token": sign(OTHER), "customer_id": KNOWN}))
        require_refused(caller.post(PATH, json={"token": sign(OTHER), "customer_id": KNOWN}))


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"exp": 2**40}, {"scope": "email", "campaign": "spring"}, {"scope": "server"}, {"sub": ""}],
    ids=str,
)
def test_a_token_that_is_not_valid_is_refused_whatever_the_key(
    public: Any, server: Any, sign: Sign, claims: dict[str, Any]
) -> None:
    for caller in (public, server):
        require_refused(caller.get(PATH, query_string={"token": sign(**claims)}))


def test_a_tampered_token_is_refused(public: Any, sign: Sign) -> None:
    header, claims, signature = sign().split(".")
    others = sign(OTHER).split(".")[1]
    require_refused(public.get(PATH, query_string={"token": f"{header}.{others}.{signature}"}))
    require_refused(public.get(PATH, query_string={"token": f"{header}.{claims}."}))


def test_a_token_is_no_key(anyone: Any, sign: Sign) -> None:
    answer = anyone.get(PATH, query_string={"token": sign()})
    assert (answer.status_code, answer.json["type"]) == (401, "/docs#missing-key")


def test_a_token_opens_nothing_that_the_shop_keeps_to_itself(public: Any, sign: Sign) -> None:
    for more in ({"fields": "cost_of_goods_sold"}, {"filter": "cost_of_goods_sold < 5"}, {"anonymous_id": "a1"}):
        assert public.get(PATH, query_string={"token": sign(), **more}).status_code == 403


def test_each_request_of_a_batch_has_its_own_token(public: Any, server: Any, sign: Sign) -> None:
    requests = [
        {"placement": "home", "token": sign()},
        {"placement": "home", "token": sign(OTHER), "customer_id": KNOWN},
        {"placement": "home", "customer_id": KNOWN},
        {"placement": "home"},
    ]
    mine, others, bare, nobodys = public.post("/v1/recommendations:batch", json={"requests": requests}).json["results"]
    assert without_id(mine) == without_id(server.get(f"{PATH}?customer_id={KNOWN}").json)
    assert (others["status"], others["type"]) == (401, "/docs#invalid-token")
    assert (bare["status"], bare["type"]) == (403, "/docs#server-key-needed")
    assert nobodys["customer_known"] is False


def test_an_overlong_or_empty_token_is_a_fault_of_the_request(public: Any) -> None:
    assert public.get(PATH, query_string={"token": "x" * 2_049}).status_code == 400
    assert public.post(PATH, json={"token": ""}).status_code == 400
    assert public.get(f"{PATH}?token=").status_code == 200
