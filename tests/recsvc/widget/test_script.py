"""The script itself: how it is served, how large it is, and what it must never use."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from werkzeug.test import Client

from recsvc.app import App
from recsvc.widget import PARTS, _part, script

MAX_BYTES = 12_000


def test_it_is_small() -> None:
    assert len(script().zipped) <= MAX_BYTES
    assert gzip.decompress(script().zipped) == script().text


def test_it_is_served_without_a_key_as_script_that_other_hosts_may_load(anyone: Any) -> None:
    answer = anyone.get("/v1/widget.js")
    assert (answer.status_code, answer.data) == (200, script().text)
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Content-Encoding" not in answer.headers


def test_it_comes_compressed_to_whoever_reads_that(anyone: Any) -> None:
    answer = anyone.get("/v1/widget.js", headers={"Accept-Encoding": "br, gzip"})
    assert (answer.data, answer.headers["Content-Encoding"]) == (script().zipped, "gzip")
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["ETag"] != anyone.get("/v1/widget.js").headers["ETag"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_who_has_it_is_told_so(app: App, encoding: str) -> None:
    anyone = Client(app)
    tag = anyone.get("/v1/widget.js", headers={"Accept-Encoding": encoding}).headers["ETag"]
    for sent, status in ((tag, 304), (f'"x", W/{tag}', 304), ('"x"', 200)):
        answer = anyone.get("/v1/widget.js", headers={"Accept-Encoding": encoding, "If-None-Match": sent})
        assert answer.status_code == status
        assert answer.headers["ETag"] == tag
        assert (answer.data == b"") == ("Content-Length" not in answer.headers) == (status == 304)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", "public, max-age=3600, stale-while-revalidate=86400"),
        ("?v=old", "public, max-age=3600, stale-while-revalidate=86400"),
        (f"?v={script().version}", "public, max-age=31536000, immutable"),
    ],
)
def test_an_address_with_the_version_is_kept_for_good(anyone: Any, query: str, kept: str) -> None:
    assert anyone.get(f"/v1/widget.js{query}").headers["Cache-Control"] == kept


def test_no_part_writes_html_runs_text_or_sets_cookies() -> None:
    code = "".join(_part(f"{name}.js") for name in PARTS)
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|cookie", code) == []
    )
