"""A learned shop, published as a real bundle, and the service over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from models.bundle import Manifest, Registry, Window, new_version, write_bundle
from recsvc.app import App, create_app
from recsvc.settings import Secret, Settings
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.store import open_state
from recsvc.tokens import Scope
from tests.engines import Learned, learned


@pytest.fixture(scope="session")
def shop() -> Learned:
    return learned("grocery")


def publish(registry: Path, shop: Learned) -> str:
    """Publishes the shop once more; returns the version."""
    now = dt.datetime.now(dt.UTC)
    data = shop.dataset
    manifest = Manifest(
        version=new_version(now),
        created_at=now,
        training_window=Window("2024-01-01T08:00:00Z", "2024-06-28T19:00:00Z"),
        unit=data.unit,
        reference=data.reference,
        timezone=data.timezone,
        currency=data.currency,
        columns=data.columns,
        customer_columns=data.customer_columns,
        methods=tuple(shop.model.methods),
        config={},
        data_fingerprint="0" * 64,
        evaluation={"headline": {"recall_at_10": 0.21}},
        commit="unknown",
    )
    registered = Registry(registry)
    with registered.staging() as staging:
        write_bundle(staging, shop.arrays, manifest)
        return registered.publish(staging).version


@pytest.fixture
def registry(tmp_path: Path, shop: Learned) -> Path:
    """A registry with one bundle."""
    path = tmp_path / "registry"
    publish(path, shop)
    return path


@pytest.fixture
def publish_again(registry: Path, shop: Learned) -> Callable[[], str]:
    return lambda: publish(registry, shop)


@pytest.fixture
def settings(registry: Path, tmp_path: Path) -> Settings:
    state = Secret(f"sqlite:///{tmp_path}/state.sqlite")
    return Settings(registry=registry, state_url=state, runtime_dir=tmp_path / "run", log_level="error")


@pytest.fixture
def keys(settings: Settings) -> Keys:
    engine = open_state(settings.state())
    require_current(engine)
    return Keys(engine)


@pytest.fixture
def make_key(keys: Keys) -> Callable[[Scope], str]:
    return lambda scope: keys.create(scope, "test")[1].reveal()


class Caller(Client):
    """A client that sends a key unless told otherwise."""

    key: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        if self.key is not None:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        return super().open(*args, headers=headers, **kwargs)


@pytest.fixture
def app(settings: Settings) -> App:
    return create_app(settings)


@pytest.fixture
def anyone(app: App) -> Caller:
    """A caller without a key."""
    return Caller(app)


@pytest.fixture
def server(app: App, make_key: Callable[[Scope], str]) -> Caller:
    """A caller with a server key."""
    caller = Caller(app)
    caller.key = make_key("server")
    return caller


@pytest.fixture
def public(app: App, make_key: Callable[[Scope], str]) -> Caller:
    """A caller with a public key."""
    caller = Caller(app)
    caller.key = make_key("public")
    return caller
