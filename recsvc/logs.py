"""Logs: one JSON object a line on standard error, one line a request, nothing that names a customer."""

from __future__ import annotations

import datetime as dt
import logging
import os
import traceback
from typing import Any, Literal

import msgspec

from recsvc.answer import Note

STANDARD_ERROR = 2
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

_NO_NOTE = Note("")
_encode = msgspec.json.Encoder().encode


class RequestLine(msgspec.Struct, frozen=True):
    """What is logged of every request; `ms` is the time spent in the application."""

    time: dt.datetime
    level: Literal["info", "error"]
    request_id: str
    method: str
    route: str
    status: int
    ms: float
    model_version: str
    placement: str | None
    fallback: str | None
    message: str = "request"


class RequestLog:
    """Writes each line with one system call: lines of several workers never mix, none is lost at a crash."""

    def __init__(self, level: str, descriptor: int = STANDARD_ERROR) -> None:
        self._level = LEVELS[level]
        self._descriptor = descriptor

    def write(self, request_id: str, method: str, route: str, status: int, seconds: float, note: Note | None) -> None:
        level: Literal["info", "error"] = "error" if status >= 500 else "info"
        if LEVELS[level] < self._level:
            return
        note = note or _NO_NOTE
        line = RequestLine(
            dt.datetime.now(dt.UTC),
            level,
            request_id,
            method,
            route,
            status,
            round(seconds * 1e3, 3),
            note.model_version,
            note.placement,
            note.fallback,
        )
        try:
            os.write(self._descriptor, _encode(line) + b"\n")
        except OSError:
            # Nobody reads the log any more: that must not fail a request.
            return


class JsonFormatter(logging.Formatter):
    """Any other record as one JSON line; `extra={"fields": {…}}` adds to it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return _encode(line).decode()


def configuration(level: str) -> dict[str, Any]:
    """For logging.config: everything of this process, gunicorn's own lines too, as JSON on standard error."""
    handlers = {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}}
    own = {"level": level.upper(), "handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "recsvc.logs.JsonFormatter"}},
        "handlers": handlers,
        # gunicorn's own access log would show query strings, and so customer ids.
        "loggers": {"gunicorn.error": own, "gunicorn.access": own | {"level": "CRITICAL"}, "recsvc": own},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
    }
