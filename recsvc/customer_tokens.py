"""Customer tokens: that a request from a browser or a mail is for one customer, signed by the shop.

A token is a JSON Web Token (RFC 7519) signed by HMAC-SHA256: the header has `kid`, the claims are `sub` (the customer's
id), `exp`, `scope` and, for `email`, `campaign`.
"""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, get_args

import jwt

from recsvc.answer import encode
from recsvc.auth import refusal
from recsvc.errors import TokenError
from recsvc.metrics import Metrics
from recsvc.read_ahead import ReadAhead
from recsvc.settings import Secret

if TYPE_CHECKING:
    from recsvc.state.signing_keys import SigningKey

TokenScope = Literal["personal", "email"]
TOKEN_SCOPES: tuple[TokenScope, ...] = get_args(TokenScope)

# One algorithm, whatever a token's header says: choosing it there is how tokens get forged.
ALGORITHM = "HS256"
# How far clocks of shop and service may differ.
LEEWAY_S = 30
# What is lost may be found: a page needs its token for a visit, a mail is opened long after it was sent.
MAX_AGE_S: dict[TokenScope, int] = {"personal": 86_400, "email": 400 * 86_400}
MAX_CHARS = 2_048
MAX_ID_CHARS = 256
MAX_CAMPAIGN_CHARS = 100

_NO_KEY = "the key that signed it is unknown or revoked"
_NO_SECRET = Secret("0" * 64)
_OPTIONS: Any = {"require": ["sub", "exp", "scope"]}
# What odd texts make the library and Python's JSON raise.
_ODD = (jwt.PyJWTError, ValueError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says; `expires_at` in seconds since 1970."""

    customer_id: str
    scope: TokenScope
    campaign: str | None
    expires_at: int
    key_id: str


class CustomerTokens:
    """Verifies tokens by the active signing keys, read ahead of the requests that need them."""

    def __init__(self, load: Callable[[], Iterable[SigningKey]], metrics: Metrics) -> None:
        self._secrets = ReadAhead("signing keys", lambda: secrets_of(load()), metrics)

    def refresh(self) -> None:
        self._secrets.refresh()

    def verify(self, token: str, scopes: Collection[TokenScope]) -> Claims:
        """Raises one and the same 401 problem whatever is wrong: forgers learn nothing."""
        try:
            return claims_of(token, self._secrets.find, scopes)
        except TokenError as error:
            raise refusal("invalid-token") from error


def secrets_of(keys: Iterable[SigningKey]) -> dict[str, Secret]:
    """The secrets of active keys by id."""
    return {key.id: key.secret for key in keys if key.secret is not None}


def claims_of(token: str, secret_of: Callable[[str], Secret | None], scopes: Collection[TokenScope]) -> Claims:
    """What a token says, once its signature, time and scope are found right. Raises TokenError."""
    if not token.isascii() or len(token) > MAX_CHARS:
        raise TokenError(f"a token is ASCII text of up to {MAX_CHARS} characters")
    try:
        key_id: str = jwt.get_unverified_header(token).get("kid", "")
    except _ODD as error:
        raise TokenError(str(error)) from error
    secret = secret_of(key_id)
    try:
        # Verified even where there is no such key, so that the time taken does not tell.
        key = (secret or _NO_SECRET).reveal()
        content = jwt.decode(token, key, algorithms=[ALGORITHM], leeway=LEEWAY_S, options=_OPTIONS)
    except _ODD as error:
        raise TokenError(_NO_KEY if secret is None else str(error)) from error
    if secret is None:
        raise TokenError(_NO_KEY)
    return _checked(content, key_id, scopes)


def _checked(content: dict[str, Any], key_id: str, scopes: Collection[TokenScope]) -> Claims:
    scope, campaign, expires_at = content["scope"], content.get("campaign"), int(content["exp"])
    if scope not in tuple(scopes):
        raise TokenError(f"its scope is not {' or '.join(scopes)}")
    if not _is_text(content["sub"], MAX_ID_CHARS):
        raise TokenError(f"`sub` is not a text of 1 to {MAX_ID_CHARS} characters")
    if scope == "email" and not _is_text(campaign, MAX_CAMPAIGN_CHARS):
        raise TokenError(f"`campaign` is not a text of 1 to {MAX_CAMPAIGN_CHARS} characters")
    if expires_at > time.time() + MAX_AGE_S[scope] + LEEWAY_S:
        raise TokenError(f"it is valid for longer than {MAX_AGE_S[scope]} seconds")
    return Claims(content["sub"], scope, campaign if scope == "email" else None, expires_at, key_id)


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest


def signer(key_id: str, secret: Secret, *, campaign: str, expires_at: int) -> Callable[[str], str]:
    """A function that signs the e-mail token of one customer. Raises TokenError where none could be valid."""
    age = expires_at - time.time()
    if not 0 < age <= MAX_AGE_S["email"]:
        raise TokenError(f"a token must expire in the next {MAX_AGE_S['email'] // 86_400} days")
    if not _is_text(campaign, MAX_CAMPAIGN_CHARS):
        raise TokenError(f"a campaign is a text of 1 to {MAX_CAMPAIGN_CHARS} characters")
    head = _base64(encode({"alg": ALGORITHM, "kid": key_id, "typ": "JWT"})) + b"."
    tail = encode({"exp": expires_at, "scope": "email", "campaign": campaign}).replace(b"{", b",", 1)
    return partial(_signed, secret.reveal().encode(), head, tail)


def _signed(secret: bytes, head: bytes, tail: bytes, customer_id: str) -> str:
    """What jwt.encode gives, in a tenth of its time: a mailing has many customers, who differ by `sub` alone."""
    signed = head + _base64(b'{"sub":' + encode(customer_id) + tail)
    return (signed + b"." + _base64(hmac.digest(secret, signed, "sha256"))).decode()


def _base64(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")
