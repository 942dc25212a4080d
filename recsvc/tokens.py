"""Tokens: the texts of keys, `rs_<id>_<secret>`: the id may be known, the secret is 256 random bits."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal, get_args

from recsvc.settings import Secret

Scope = Literal["server", "public"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "rs_"
SIGNING_PREFIX = "rsign_"


def new_token() -> Secret:
    return Secret(f"{PREFIX}{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}")


def new_signing_key() -> tuple[str, Secret]:
    """The id of a key that signs customer tokens, and its secret: hexadecimal, so that `_` parts the whole in three."""
    return secrets.token_hex(6), Secret(secrets.token_hex(32))


def signing_text(key_id: str, secret: Secret) -> Secret:
    """Both in one text, to be kept in one setting of the shop."""
    return Secret(f"{SIGNING_PREFIX}{key_id}_{secret.reveal()}")


def split(token: str) -> tuple[str, str]:
    """The id and the secret; empty texts when it is no token."""
    if not token.startswith(PREFIX):
        return "", ""
    key_id, _, secret = token[len(PREFIX) :].partition("_")
    return key_id, secret


def digest(secret: str) -> bytes:
    """SHA-256; that many random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
