"""Tokens: the text of a key, `rs_<id>_<secret>`, whose id may be known and whose secret is 256 random bits."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal, get_args

from recsvc.settings import Secret

Scope = Literal["server", "public"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "rs_"


def new_token() -> Secret:
    return Secret(f"{PREFIX}{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}")


def split(token: str) -> tuple[str, str]:
    """The id and the secret; empty texts when it is no token."""
    if not token.startswith(PREFIX):
        return "", ""
    key_id, _, secret = token[len(PREFIX) :].partition("_")
    return key_id, secret


def digest(secret: str) -> bytes:
    """SHA-256; that many random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
