"""What caches may keep, for whom, and how they ask for it again."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from recsvc.app import create_app
from recsvc.settings import Settings
from tests.recsvc.signing import KNOWN, Sign, sign

SLATE = "/v1/recommendations/home"

__all__ = ["sign"]


def test_a_slate_about_nobody_keeps_for_a_minute_and_is_told_apart_by_key_and_page(public: Any) -> None:
    answer = public.get(SLATE)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Authorization, Origin"
    assert answer.headers["ETag"].strip('"')


def test_the_same_slate_has_the_same_tag_under_any_id(public: Any) -> None:
    one, other = public.get(SLATE), public.get(SLATE)
    assert one.json["recommendation_id"] != other.json["recommendation_id"]
    assert one.headers["ETag"] == other.headers["ETag"]
    assert public.get(f"{SLATE}?limit=3").headers["ETag"] != one.headers["ETag"]


@pytest.mark.parametrize("written", ["{}", "W/{}", '"x", {}', "*"])
def test_who_has_the_slate_is_told_so_without_a_body(public: Any, written: str) -> None:
    first = public.get(SLATE)
    answer = public.get(SLATE, headers={"If-None-Match": written.format(first.headers["ETag"])})
    assert (answer.status_code, answer.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert answer.headers[name] == first.headers[name]
    assert {"Content-Length", "Content-Type"} & set(answer.headers.keys()) == set()


@pytest.mark.parametrize("tag", ['"x"', "x", "", '"'])
def test_who_has_another_gets_this_one(public: Any, tag: str) -> None:
    assert public.get(SLATE, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("query", ["cart=x", "recent=x", "recent=x&limit=3"])
def test_what_tells_of_a_visitor_is_kept_by_nobody(public: Any, query: str) -> None:
    require_unkept(public.get(f"{SLATE}?{query}"))


def test_what_tells_of_a_customer_is_kept_by_nobody(public: Any, server: Any, sign: Sign) -> None:
    require_unkept(public.get(SLATE, query_string={"token": sign()}))
    for query in ("", f"customer_id={KNOWN}", "anonymous_id=a1"):
        require_unkept(server.get(f"{SLATE}?{query}"))


def test_problems_and_answers_to_bodies_are_kept_by_nobody(public: Any, anyone: Any) -> None:
    for answer in (public.get(f"{SLATE}?limit=0"), public.post(SLATE, json={}), anyone.get(SLATE)):
        require_unkept(answer)


def require_unkept(answer: Any) -> None:
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_how_long_is_a_setting(settings: Settings, call: Any) -> None:
    app = create_app(dataclasses.replace(settings, cache_max_age_s=0))
    assert call(app, "public").get(SLATE).headers["Cache-Control"] == "public, no-cache"
