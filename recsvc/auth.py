"""Keys at the door: who is calling, and whether that is enough."""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recsvc.errors import StateError
from recsvc.metrics import Metrics
from recsvc.problems import Problem
from recsvc.tokens import SCOPES, Scope, digest, split

if TYPE_CHECKING:
    from recsvc.state.keys import Key

log = logging.getLogger(__name__)

BEARER = "bearer "
CHALLENGE = 'Bearer realm="recsvc"'
# An unknown key may have been made a moment ago, or be made up: look again, but not for every such request.
LOOK_AGAIN_AFTER_S = 0.1
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
    """The active keys as last read from live state: no request waits for a database.

    While live state cannot be read, the keys last read stay in force.
    """

    def __init__(self, load: Callable[[], Iterable[Key]], metrics: Metrics) -> None:
        self._load = load
        self._metrics = metrics
        self._active: dict[str, Key] | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Reads the keys; a failure is logged and counted."""
        with self._lock:
            self._read()

    def admit(self, authorization: str | None) -> Caller:
        """The caller behind an `Authorization` header. Raises a 401 problem."""
        if authorization is None:
            raise _refusal("missing-key", None)
        if authorization[: len(BEARER)].lower() != BEARER:
            raise _refusal("missing-key", "the header Authorization must be `Bearer <key>`")
        key_id, secret = split(authorization[len(BEARER) :].strip())
        key = self._find(key_id)
        # Compared even where there is no such key, so that the time taken does not tell.
        right = hmac.compare_digest(digest(secret), key.secret_sha256 if key else _NO_DIGEST)
        if key is None or not right:
            raise _refusal("invalid-key", None)
        return CALLERS[key.scope]

    def _find(self, key_id: str) -> Key | None:
        key = self._active.get(key_id) if self._active is not None else None
        if key is None and key_id:
            self._look_again()
            if self._active is None:
                raise Problem("not-ready", "keys cannot be read at the moment", headers={"Retry-After": "5"})
            key = self._active.get(key_id)
        return key

    def _look_again(self) -> None:
        with self._lock:
            if time.monotonic() - self._looked_at > LOOK_AGAIN_AFTER_S:
                self._read()
                self._looked_at = time.monotonic()

    def _read(self) -> None:
        try:
            self._active = {key.id: key for key in self._load() if key.revoked_at is None}
        except StateError as error:
            log.error("keys cannot be read; those last read stay in force", extra={"fields": {"reason": str(error)}})
            self._metrics.state_error()


def _refusal(code: str, detail: str | None) -> Problem:
    return Problem(code, detail, headers={"WWW-Authenticate": CHALLENGE})
