"""Call: one request as views see it."""

from __future__ import annotations

import random
import re
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import Rule
from werkzeug.wrappers import Request

from recsvc.auth import Caller
from recsvc.forms import decoded, invalid, parameters
from recsvc.problems import Fault, Problem

# gunicorn takes request lines of up to 8,190 bytes; a little less, so that it is us who answer.
MAX_QUERY_BYTES = 8_000
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Call:
    """A WSGI environment, with who sent it and the id it is logged under; `url_rule`: the route, once it is found.

    Only a body takes Werkzeug's Request, which reads much of the environment that no view asks for.
    """

    __slots__ = ("caller", "environ", "max_body_bytes", "method", "path", "request_id", "url_rule")

    caller: Caller

    def __init__(self, environ: dict[str, Any], max_body_bytes: int) -> None:
        self.environ = environ
        self.max_body_bytes = max_body_bytes
        self.method: str = environ["REQUEST_METHOD"]
        # WSGI hands bytes on as Latin-1.
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        self.path = "/" + path.lstrip("/")
        self.url_rule: Rule | None = None
        # The caller's own where it is harmless.
        given = environ.get("HTTP_X_REQUEST_ID")
        self.request_id: str = given if given and _SANE_ID.fullmatch(given) else new_id()

    @property
    def known_caller(self) -> Caller | None:
        """Whoever was let in; None while nobody was."""
        return getattr(self, "caller", None)

    @property
    def query_text(self) -> str:
        """The query string as WSGI has it. Raises a 400 problem."""
        text: str = self.environ.get("QUERY_STRING", "")
        if len(text) > MAX_QUERY_BYTES:
            raise Problem("query-too-long", f"{len(text)} bytes; at most {MAX_QUERY_BYTES} are read")
        return text

    def json_body(self) -> object:
        """The decoded body. Raises a 400, 413 or 415 problem."""
        request = self._request()
        if request.mimetype != "application/json":
            raise Problem("not-json", faults=[Fault("must be application/json", header="Content-Type")])
        if self.query_text:
            raise Problem("invalid-request", "a request with a body takes no query parameters")
        return self._decoded(request)

    def events_body(self) -> object:
        """The same, with a key in the query string, or as plain text, which a browser sends without asking before."""
        request = self._request()
        if request.mimetype not in ("application/json", "text/plain"):
            raise Problem("not-json", faults=[Fault("must be application/json or text/plain", header="Content-Type")])
        unknown = [name for name in parameters(self.query_text) if name != "key"]
        if unknown:
            raise invalid([Fault("is not known", parameter=name) for name in unknown])
        return self._decoded(request)

    def key_in_query(self) -> str | None:
        """The parameter `key`. Raises a 400 problem where it is there twice."""
        keys = parameters(self.query_text).get("key", [])
        if len(keys) > 1:
            raise invalid([Fault("is given more than once", parameter="key")])
        return keys[0] if keys else None

    def _request(self) -> Request:
        request = Request(self.environ)
        request.max_content_length = self.max_body_bytes
        return request

    def _decoded(self, request: Request) -> object:
        if self.environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
            raise Problem("not-json", faults=[Fault("must not be compressed", header="Content-Encoding")])
        try:
            return decoded(request.get_data(cache=False))
        except RequestEntityTooLarge:
            raise Problem("body-too-large", f"at most {self.max_body_bytes} bytes are read") from None


def new_id() -> str:
    """128 random bits, other ones in each worker; no secret, so no system call is spent on them."""
    return f"{random.getrandbits(128):032x}"
