"""Answer: a whole response in memory, written with as few steps as WSGI allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import msgspec

Header = tuple[str, str]

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
# An answer is about one caller at one moment, and its id stands for one exposure: no cache may hand it on.
JSON_HEADERS: tuple[Header, ...] = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
)

encode = msgspec.json.Encoder().encode


class Note(msgspec.Struct, frozen=True):
    """What the log says of an answer beside its status; never who asked."""

    model_version: str
    placement: str | None = None
    fallback: str | None = None


class Answer:
    """The WSGI application that a view returns; Flask asks no more of a response than to be one."""

    __slots__ = ("body", "headers", "note", "status")

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        headers: Iterable[Header] = JSON_HEADERS,
        note: Note | None = None,
    ) -> None:
        self.body = body
        self.status = status
        # An answer that has no body by its status says nothing of a length.
        self.headers = [*headers] if status in (204, 304) else [*headers, ("Content-Length", str(len(body)))]
        self.note = note

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response(STATUS_LINES[self.status], self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


def json_answer(content: object, status: int = 200, *, note: Note | None = None) -> Answer:
    return Answer(encode(content), status, JSON_HEADERS, note)
