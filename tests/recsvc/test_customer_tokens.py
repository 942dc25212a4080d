"""Customer tokens: which are taken, and that nothing else is."""

from __future__ import annotations

import hmac
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsvc.customer_tokens import (
    ALGORITHM,
    LEEWAY_S,
    MAX_AGE_S,
    MAX_CHARS,
    TOKEN_SCOPES,
    Claims,
    CustomerTokens,
    claims_of,
    signer,
)
from recsvc.errors import TokenError
from recsvc.metrics import Metrics
from recsvc.problems import Problem
from recsvc.settings import Secret
from recsvc.state.keys import Keys
from recsvc.state.signing_keys import SigningKeys
from tests.recsvc.vectors import KEY, KEY_ID, PERSONAL, REFUSED, SECRET, VECTORS, at_their_time, secret_of

GUIDE = (Path(__file__).parents[2] / "docs/guides/customer-tokens.md").read_text("utf-8")
INTERPRETERS = {"python": "python3", "php": "php", "js": "node", "ruby": "ruby"}

__all__ = ["at_their_time"]


def signed(claims: dict[str, Any], **header: Any) -> str:
    return jwt.encode(claims, SECRET.reveal(), ALGORITHM, {"kid": KEY_ID, **header})


def soon(seconds: float = 60) -> int:
    return int(time.time() + seconds)


@pytest.mark.usefixtures("at_their_time")
@pytest.mark.parametrize("vector", PERSONAL, ids=lambda vector: vector["customer_id"])
def test_a_token_names_its_customer(vector: dict[str, Any]) -> None:
    claims = claims_of(vector["token"], secret_of, ("personal",))
    assert claims == Claims(vector["customer_id"], "personal", None, vector["expires_at"], KEY_ID)


@pytest.mark.usefixtures("at_their_time")
def test_a_token_of_a_mail_names_its_campaign_too() -> None:
    (vector,) = VECTORS["email"]
    claims = claims_of(vector["token"], secret_of, ("email",))
    assert (claims.customer_id, claims.campaign) == (vector["customer_id"], vector["campaign"])


@pytest.mark.usefixtures("at_their_time")
@pytest.mark.parametrize("token", [PERSONAL[0]["token"], VECTORS["email"][0]["token"]])
def test_each_scope_is_refused_where_the_other_is_asked(token: str) -> None:
    refused = [scope for scope in TOKEN_SCOPES if not _is_taken(token, scope)]
    assert len(refused) == 1


def _is_taken(token: str, scope: Any) -> bool:
    try:
        claims_of(token, secret_of, (scope,))
    except TokenError:
        return False
    return True


@pytest.mark.usefixtures("at_their_time")
@pytest.mark.parametrize("why", REFUSED)
def test_what_the_vectors_say_is_refused_is(why: str) -> None:
    with pytest.raises(TokenError):
        claims_of(REFUSED[why], secret_of, TOKEN_SCOPES)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"scope": "nothing"}, "its scope is not personal or email"),
        ({"sub": "x" * 257}, "`sub` is not"),
        ({"scope": "email", "campaign": ""}, "`campaign` is not"),
        ({"exp": soon(MAX_AGE_S["personal"] + 3_600)}, "longer than"),
        ({"exp": soon(-LEEWAY_S - 5)}, "expired"),
    ],
)
def test_the_reason_is_told_to_who_runs_the_service(claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        claims_of(signed({"sub": "a", "exp": soon(), "scope": "personal", **claims}), secret_of, TOKEN_SCOPES)


@pytest.mark.parametrize("odd", ["", "a", "a.b", "a.b.c", "é" * 20, "\x00", "." * 3, "x" * (MAX_CHARS + 1)])
def test_what_is_no_token_is_refused(odd: str) -> None:
    with pytest.raises(TokenError):
        claims_of(odd, secret_of, TOKEN_SCOPES)


def test_a_header_nested_beyond_reason_is_refused() -> None:
    nested = jwt.utils.base64url_encode(b'{"kid":' + b"[" * 1_400).decode()
    with pytest.raises(TokenError):
        claims_of(f"{nested}.e30.x", secret_of, TOKEN_SCOPES)


def test_no_secret_opens_an_unknown_key() -> None:
    forged = jwt.encode({"sub": "a", "exp": soon(), "scope": "personal"}, "0" * 64, ALGORITHM, {"kid": "f" * 12})
    with pytest.raises(TokenError, match="unknown or revoked"):
        claims_of(forged, secret_of, TOKEN_SCOPES)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["sub", "exp", "scope", "campaign", "nbf", "iat", "aud", "iss", "jti"])


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jku", "jwk"]), JSON) | JSON, JSON)
def test_odd_headers_are_refused_and_nothing_else_happens(header: Any, claims: Any) -> None:
    parts = [jwt.utils.base64url_encode(json.dumps(part).encode()).decode() for part in (header, claims)]
    with pytest.raises(TokenError):
        claims_of(".".join([*parts, "AAAA"]), secret_of, TOKEN_SCOPES)


@given(st.dictionaries(NAMES, JSON) | JSON)
def test_odd_claims_are_refused_though_well_signed(claims: Any) -> None:
    head, body = (
        jwt.utils.base64url_encode(json.dumps(part).encode())
        for part in ({"alg": ALGORITHM, "kid": KEY_ID, "typ": "JWT"}, claims)
    )
    mac = hmac.digest(SECRET.reveal().encode(), head + b"." + body, "sha256")
    with pytest.raises(TokenError):
        claims_of(b".".join([head, body, jwt.utils.base64url_encode(mac)]).decode(), secret_of, TOKEN_SCOPES)


@pytest.mark.usefixtures("at_their_time")
def test_a_token_changed_in_any_one_place_is_refused() -> None:
    token = PERSONAL[0]["token"]
    # The last character holds four bits that no byte of the signature takes.
    for place in range(len(token) - 1):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(TokenError):
            claims_of(changed, secret_of, TOKEN_SCOPES)


@given(st.text(min_size=1, max_size=256), st.text(min_size=1, max_size=100))
def test_what_is_signed_for_mails_is_what_a_jwt_library_signs(customer_id: str, campaign: str) -> None:
    expires_at = soon(86_400)
    token = signer(KEY_ID, SECRET, campaign=campaign, expires_at=expires_at)(customer_id)
    header = jwt.get_unverified_header(token)
    assert header == {"alg": ALGORITHM, "kid": KEY_ID, "typ": "JWT"}
    assert jwt.decode(token, SECRET.reveal(), [ALGORITHM]) == {
        "sub": customer_id,
        "exp": expires_at,
        "scope": "email",
        "campaign": campaign,
    }
    if len(token) <= MAX_CHARS:
        assert claims_of(token, secret_of, ("email",)).customer_id == customer_id


@pytest.mark.parametrize(
    ("campaign", "seconds", "reason"),
    [("", 60, "a campaign is"), ("c" * 101, 60, "a campaign is"), ("c", -1, "must expire"), ("c", 5e7, "must expire")],
)
def test_a_token_that_would_be_refused_is_not_signed(campaign: str, seconds: float, reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        signer(KEY_ID, SECRET, campaign=campaign, expires_at=soon(seconds))


def test_a_revoked_key_takes_its_tokens_along_and_a_new_one_works_at_once(keys: Keys) -> None:
    stored = SigningKeys(keys._engine)
    tokens = CustomerTokens(stored.all, Metrics())
    tokens.refresh()
    old, new = stored.create("old"), stored.create("new")

    def token(key_id: str, secret: Secret | None) -> str:
        assert secret is not None
        claims = {"sub": "a", "exp": soon(), "scope": "personal"}
        return jwt.encode(claims, secret.reveal(), ALGORITHM, {"kid": key_id})

    both = [token(key.id, key.secret) for key in (old, new)]
    assert [tokens.verify(one, ("personal",)).key_id for one in both] == [old.id, new.id]
    stored.revoke(old.id)
    tokens.refresh()
    with pytest.raises(Problem) as refused:
        tokens.verify(both[0], ("personal",))
    assert (refused.value.status, refused.value.code, refused.value.detail) == (401, "invalid-token", None)
    assert tokens.verify(both[1], ("personal",)).customer_id == "a"


@pytest.mark.usefixtures("at_their_time")
@pytest.mark.parametrize("language", INTERPRETERS)
def test_the_guides_examples_sign_what_the_vectors_say(language: str, tmp_path: Path) -> None:
    interpreter = shutil.which(INTERPRETERS[language])
    if interpreter is None:
        pytest.skip(f"there is no {INTERPRETERS[language]} here")
    (example,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    script = tmp_path / f"sign.{language}"
    script.write_text(example, "utf-8")
    for vector in PERSONAL:
        command = [interpreter, str(script), vector["customer_id"], str(vector["expires_at"])]
        environment = {"RECSVC_SIGNING_KEY": KEY, "PATH": "/usr/bin:/bin"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (ran.stdout, ran.stderr) == (vector["token"] + "\n", "")
