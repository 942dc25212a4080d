"""Cors: which pages of other hosts may read an answer, as browsers ask it (the Fetch standard's CORS protocol)."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from recsvc.answer import Answer
from recsvc.call import Call
from recsvc.problems import Problem

log = logging.getLogger(__name__)

# What a page may send beside the usual, and read beside the body.
REQUEST_HEADERS = "Authorization, Content-Type, If-None-Match, X-Request-ID"
ANSWER_HEADERS = "ETag, Retry-After, X-Empty-Reason, X-Request-ID"
# Browsers ask again after two hours at the latest.
PREFLIGHT_S = 7_200


class Cors:
    """The allow-list, for the paths that public keys open; all others stay closed to pages of other hosts."""

    def __init__(self, origins: frozenset[str], paths: frozenset[str]) -> None:
        self._origins = origins
        self._paths = paths

    def complete(self, call: Call, answer: Answer) -> None:
        """Adds what a browser looks for before it hands the answer to a page."""
        if call.url_rule is None or call.url_rule.rule not in self._paths:
            return
        if not any(name == "Vary" for name, _ in answer.headers):
            answer.headers.append(("Vary", "Origin"))
        origin = call.environ.get("HTTP_ORIGIN")
        if origin not in self._origins or self._is_servers(call, origin):
            return
        answer.headers.append(("Access-Control-Allow-Origin", origin))
        if call.method == "OPTIONS":
            allowed = next((value for name, value in answer.headers if name == "Allow"), "")
            answer.headers += [
                ("Access-Control-Allow-Methods", allowed),
                ("Access-Control-Allow-Headers", REQUEST_HEADERS),
                ("Access-Control-Max-Age", str(PREFLIGHT_S)),
            ]
        else:
            answer.headers.append(("Access-Control-Expose-Headers", ANSWER_HEADERS))

    def _is_servers(self, call: Call, origin: str) -> bool:
        """Whether a page holds a server key: it must find out before its visitors do."""
        caller = call.known_caller
        if caller is None or caller.scope != "server":
            return False
        log.error("a page holds a server key: revoke it", extra={"fields": {"origin": origin}})
        return True


def refuse_strangers(call: Call, origins: frozenset[str], public_url: str | None) -> None:
    """Raises a 403 problem for a page that is neither of an allowed host nor of our own; no list allows every page.

    A request without Origin comes from no page.
    """
    origin = call.environ.get("HTTP_ORIGIN")
    if not origins or origin is None or origin in origins:
        return
    own = public_url and "{0.scheme}://{0.netloc}".format(urlsplit(public_url))
    if origin != own and call.environ.get("HTTP_SEC_FETCH_SITE") != "same-origin":
        raise Problem("origin-not-allowed")
