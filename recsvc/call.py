"""Call: one request as views see it."""

from __future__ import annotations

import random
import re

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from recsvc.auth import Caller
from recsvc.forms import decoded
from recsvc.problems import Fault, Problem

# gunicorn takes request lines of up to 8,190 bytes; a little less, so that it is us who answer.
MAX_QUERY_BYTES = 8_000
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Call(Request):
    """Flask's request, with who sent it and the id it is logged under."""

    caller: Caller
    request_id: str

    def read_request_id(self) -> None:
        """The caller's X-Request-ID where it is harmless, else a new one."""
        given = self.environ.get("HTTP_X_REQUEST_ID")
        self.request_id = given if given and _SANE_ID.fullmatch(given) else new_id()

    @property
    def query_text(self) -> str:
        """The query string as WSGI has it. Raises a 400 problem."""
        text: str = self.environ.get("QUERY_STRING", "")
        if len(text) > MAX_QUERY_BYTES:
            raise Problem("query-too-long", f"{len(text)} bytes; at most {MAX_QUERY_BYTES} are read")
        return text

    def json_body(self) -> object:
        """The decoded body. Raises a 400, 413 or 415 problem."""
        if self.mimetype != "application/json":
            raise Problem("not-json", faults=[Fault("must be application/json", header="Content-Type")])
        if self.environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
            raise Problem("not-json", faults=[Fault("must not be compressed", header="Content-Encoding")])
        if self.query_text:
            raise Problem("invalid-request", "a request with a body takes no query parameters")
        try:
            return decoded(self.get_data(cache=False))
        except RequestEntityTooLarge:
            raise Problem("body-too-large", f"at most {self.max_content_length} bytes are read") from None


def new_id() -> str:
    """128 random bits, other ones in each worker; no secret, so no system call is spent on them."""
    return f"{random.getrandbits(128):032x}"
