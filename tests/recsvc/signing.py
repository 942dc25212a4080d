"""Customer tokens signed as the shop signs them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from recsvc.customer_tokens import ALGORITHM
from recsvc.state.keys import Keys
from recsvc.state.signing_keys import SigningKeys

KNOWN, OTHER = "c0003", "c0004"

Sign = Callable[..., str]


@pytest.fixture(scope="session")
def sign(keys: Keys) -> Sign:
    """Signs a token of the customer given, with further or other claims."""
    key = SigningKeys(keys._engine).create("website")
    assert key.secret is not None
    secret = key.secret.reveal()

    def made(customer_id: str = KNOWN, **claims: Any) -> str:
        content = {"sub": customer_id, "exp": int(time.time()) + 600, "scope": "personal", **claims}
        return jwt.encode(content, secret, ALGORITHM, {"kid": key.id})

    return made
