"""One JSON line a request, and nothing in it that names a customer or a key."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recsvc.answer import Note
from recsvc.app import App
from recsvc.logs import JsonFormatter, RequestLog


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    path = tmp_path / "log"
    path.touch()
    return path


@pytest.fixture
def descriptor(log_file: Path) -> Iterator[int]:
    opened = os.open(log_file, os.O_WRONLY | os.O_APPEND)
    yield opened
    os.close(opened)


@pytest.fixture
def logged(app: App, log_file: Path, descriptor: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared service logs into this file."""
    monkeypatch.setattr(app.service.request_log, "_level", logging.INFO)
    monkeypatch.setattr(app.service.request_log, "_descriptor", descriptor)
    return log_file


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_request_is_one_line(server: Any, app: App, logged: Path) -> None:
    answer = server.get("/v1/recommendations/home?customer_id=nobody", headers={"X-Request-ID": "order-42"})
    assert answer.status_code == 200
    (line,) = lines(logged)
    assert dt.datetime.fromisoformat(line.pop("time")).utcoffset() == dt.timedelta(0)
    assert line.pop("ms") > 0
    assert line == {
        "level": "info",
        "message": "request",
        "request_id": "order-42",
        "method": "GET",
        "route": "/v1/recommendations/<placement>",
        "status": 200,
        "placement": "home",
        "model_version": app.service.live.version,
        "fallback": "popular",
    }


def test_no_line_names_a_customer_or_a_key(server: Any, public: Any, logged: Path) -> None:
    asked = {"customer_id": "c0003", "anonymous_id": "a-visitor", "limit": 3}
    for caller in (server, public):
        caller.get("/v1/recommendations/home", query_string=asked)
        caller.post("/v1/recommendations/home", json=asked)
        caller.post("/v1/recommendations:batch", json={"requests": [{"placement": "home", **asked}, asked]})
        caller.get("/v1/recommendations/home?customer_id=c0003&limit=x")
        caller.get("/v1/customers/c0003")
    assert len(lines(logged)) == 10
    for secret in ("c0003", "a-visitor", server.key, public.key):
        assert secret not in logged.read_text()


def test_a_path_that_matches_nothing_is_not_repeated(anyone: Any, logged: Path) -> None:
    anyone.get("/v1/customers/c0003")
    (line,) = lines(logged)
    assert (line["route"], line["status"]) == ("unmatched", 404)


@pytest.mark.parametrize(
    ("level", "expected"), [("debug", [200, 404, 503]), ("info", [200, 404, 503]), ("warning", [503]), ("error", [503])]
)
def test_the_level_decides_which_requests_are_logged(
    level: str, expected: list[int], log_file: Path, descriptor: int
) -> None:
    log = RequestLog(level, descriptor)
    for status in (200, 404, 503):
        log.write("id", "GET", "/", status, 0.001, Note("version"))
    assert [line["status"] for line in lines(log_file)] == expected


def test_a_log_that_nobody_reads_fails_no_request() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    RequestLog("info", writer).write("id", "GET", "/", 200, 0.001, None)
    os.close(writer)


def test_other_records_are_json_too_with_fields_and_traceback() -> None:
    try:
        raise RuntimeError("half-way")
    except RuntimeError as error:
        record = logging.LogRecord("recsvc.live", logging.ERROR, __file__, 1, "%s refused", ("bundle",), None)
        record.exc_info = (RuntimeError, error, error.__traceback__)
        record.fields = {"refused_version": "v1"}
    line = json.loads(JsonFormatter().format(record))
    assert (line["level"], line["logger"], line["message"]) == ("error", "recsvc.live", "bundle refused")
    assert line["refused_version"] == "v1"
    assert "RuntimeError: half-way" in line["exception"]
