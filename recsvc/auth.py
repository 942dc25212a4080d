"""Keys at the door: who is calling, and whether that is enough."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recsvc.metrics import Metrics
from recsvc.problems import Problem
from recsvc.read_ahead import ReadAhead
from recsvc.tokens import PREFIX, SCOPES, Scope, digest, split

if TYPE_CHECKING:
    from recsvc.state.keys import Key

BEARER = "bearer "
BASIC = "basic "
CHALLENGE = 'Bearer realm="recsvc"'
_NO_DIGEST = bytes(32)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent the request."""

    scope: Scope

    def require_server_key(self, what: str) -> None:
        """Raises a 403 problem, saying what is refused, for any other key."""
        if self.scope != "server":
            raise Problem("server-key-needed", f"{what} needs a server key")


CALLERS: dict[Scope, Caller] = {scope: Caller(scope) for scope in SCOPES}


class KeyRing:
    """The active keys, read ahead of the requests that need them."""

    def __init__(self, load: Callable[[], Iterable[Key]], metrics: Metrics) -> None:
        self._keys = ReadAhead("keys", lambda: {key.id: key for key in load() if key.revoked_at is None}, metrics)

    def refresh(self) -> None:
        self._keys.refresh()

    def admit(self, authorization: str | None) -> Caller:
        """The caller behind an `Authorization` header. Raises a 401 problem."""
        if authorization is None:
            raise refusal("missing-key")
        if authorization[: len(BEARER)].lower() == BEARER:
            return self.caller_of(authorization[len(BEARER) :].strip())
        if authorization[: len(BASIC)].lower() == BASIC:
            return self.caller_of(_key_in_basic(authorization[len(BASIC) :]))
        raise refusal("missing-key", "the header Authorization must be `Bearer <key>`, or Basic with the key as user")

    def admit_by_query(self, key: str) -> Caller:
        """The caller behind a public key; a query string stays in logs, so it takes no other. Raises a 401 problem."""
        caller = self.caller_of(key)
        if caller.scope != "public":
            raise refusal("invalid-key", "only a public key may be the parameter `key`")
        return caller

    def caller_of(self, text: str) -> Caller:
        """The caller behind a key. Raises a 401 problem."""
        key_id, secret = split(text)
        key = self._keys.find(key_id)
        # Compared even where there is no such key, so that the time taken does not tell.
        right = hmac.compare_digest(digest(secret), key.secret_sha256 if key else _NO_DIGEST)
        if key is None or not right:
            raise refusal("invalid-key")
        return CALLERS[key.scope]


def refusal(code: str, detail: str | None = None) -> Problem:
    """A 401 problem, with the header that belongs to it."""
    return Problem(code, detail, headers={"WWW-Authenticate": CHALLENGE})


def _key_in_basic(credentials: str) -> str:
    """The key of `user:password` in Base64, as which of the two it was sent; tools name their fields as they like."""
    try:
        user, _, password = b64decode(credentials, validate=True).decode("ascii").partition(":")
    except ValueError:
        return ""
    return password if password.startswith(PREFIX) else user
