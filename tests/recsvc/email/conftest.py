"""A service that mail clients reach, over a shop of which one can ask by key and by token."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recsvc.app import App, create_app
from recsvc.customer_tokens import signer
from recsvc.settings import Settings
from recsvc.state.keys import Keys
from recsvc.state.signing_keys import SigningKeys
from recsvc.state.store import open_state
from recsvc.state.tombstones import Tombstones

SERVICE_URL, PUBLIC_URL = "https://recs.example", "https://shop.example"


@pytest.fixture
def mail_settings(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, service_url=SERVICE_URL, public_url=PUBLIC_URL, runtime_dir=tmp_path / "run")


@pytest.fixture
def mail_app(mail_settings: Settings, keys: Keys) -> App:  # noqa: ARG001 - the keys are there first
    return create_app(mail_settings)


@pytest.fixture
def builder(mail_app: App, call: Callable[..., Any]) -> Any:
    """A mail tool with the shop's server key."""
    return call(mail_app, "server")


@pytest.fixture
def reader(mail_app: App, call: Callable[..., Any]) -> Any:
    """A mail client, which has no key."""
    return call(mail_app, None)


@pytest.fixture
def tombstones(mail_settings: Settings) -> Tombstones:
    return Tombstones(open_state(mail_settings.state()))


@pytest.fixture(scope="session")
def token_of(settings: Settings, keys: Keys) -> Callable[..., str]:  # noqa: ARG001 - the tables are there first
    """Signs an e-mail token."""
    key = SigningKeys(open_state(settings.state())).create("mail")
    assert key.secret is not None
    secret = key.secret

    def token(customer_id: str, campaign: str = "spring") -> str:
        return signer(key.id, secret, campaign=campaign, expires_at=int(time.time()) + 3_600)(customer_id)

    return token


@pytest.fixture
def send_id(request: pytest.FixtureRequest) -> str:
    """Another one for each test: all share one live state."""
    return f"{request.node.name[:60]}-{time.monotonic_ns()}"
