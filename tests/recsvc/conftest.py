"""A learned shop, published as a real bundle, and the service over it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import Client

from models.bundle import Manifest, Registry, Window, new_version, write_bundle
from recsvc.app import ROUTES, App, create_app
from recsvc.openapi import document
from recsvc.settings import Secret, Settings
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.store import open_state
from recsvc.tokens import SCOPES, Scope
from tests.engines import Learned, learn_shop
from tests.shops import Shop, grocery
from training.cards import card_arrays


@pytest.fixture(scope="session")
def shop() -> Learned:
    """A grocery whose catalogue links to its own pages without naming its host."""
    plain = grocery()
    assert plain.items is not None
    number = pl.col("item_id").rank("ordinal").cast(pl.String)
    links = {"link": "/p/" + number, "image_link": "https://img.example/" + number + ".jpg"}
    return learn_shop(Shop(plain.order_lines, plain.items.with_columns(**links), plain.customers))


def publish(registry: Path, shop: Learned, price_rise: float = 0) -> str:
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
        catalogue = {**data.arrays, "price/values": data.arrays["price/values"] + price_rise}
        cards = card_arrays(data.columns, catalogue, data.n_items)
        prices = {"catalogue/price/values": catalogue["price/values"]}
        write_bundle(
            staging, shop.arrays | prices | {f"cards/{part}": array for part, array in cards.items()}, manifest
        )
        return registered.publish(staging).version


@pytest.fixture
def registry(tmp_path: Path, shop: Learned) -> Path:
    """A registry with one bundle, for tests that change it."""
    path = tmp_path / "registry"
    publish(path, shop)
    return path


@pytest.fixture
def publish_again(registry: Path, shop: Learned) -> Callable[..., str]:
    return partial(publish, registry, shop)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, shop: Learned) -> Settings:
    """Those of the service that most tests share."""
    path = tmp_path_factory.mktemp("service")
    publish(path / "registry", shop)
    state = Secret(f"sqlite:///{path}/state.sqlite")
    return Settings(registry=path / "registry", state_url=state, runtime_dir=path / "run", log_level="error")


@pytest.fixture(scope="session")
def keys(settings: Settings) -> Keys:
    engine = open_state(settings.state())
    require_current(engine)
    return Keys(engine)


class Caller(Client):
    """A client that sends a key unless told otherwise, and holds every answer against the published description."""

    key: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        if self.key is not None:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        answer = super().open(*args, headers=headers, **kwargs)
        if answer.request.method in ("GET", "POST"):
            require_described(answer)
        return answer


DESCRIPTION = document(ROUTES, "1")


def require_described(answer: Any) -> None:
    """Asserts that status, content type and content are as /openapi.json tells."""
    assert answer.headers["X-Request-ID"]
    operation = operation_of(answer.request.path, answer.request.method.lower())
    if operation is None:
        schema = {"$ref": "#/components/schemas/ProblemDocument"}
    else:
        described = operation["responses"][str(answer.status_code)]
        assert set(described["headers"]) <= set(answer.headers.keys())
        if "content" not in described:
            assert answer.data == b""
            return
        schema = described["content"][answer.content_type]["schema"]
    if answer.is_json:
        validator = Draft202012Validator({**schema, "components": DESCRIPTION["components"]})
        assert [error.message for error in validator.iter_errors(answer.json)] == []


def operation_of(path: str, method: str) -> dict[str, Any] | None:
    # The longest first: `{placement}.html` before `{placement}`.
    for template, operations in sorted(DESCRIPTION["paths"].items(), key=lambda found: -len(found[0])):
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            found: dict[str, Any] | None = operations.get(method)
            return found
    return None


@pytest.fixture(scope="session")
def call(keys: Keys) -> Callable[..., Caller]:
    """Makes a caller of an application, with the key of the scope given."""
    tokens = {scope: keys.create(scope, "test")[1].reveal() for scope in SCOPES}

    def caller(app: App, scope: Scope | None = "server") -> Caller:
        made = Caller(app)
        made.key = tokens[scope] if scope else None
        return made

    return caller


@pytest.fixture(scope="session")
def app(settings: Settings, call: Callable[..., Caller]) -> App:  # noqa: ARG001 - the keys are there first
    return create_app(settings)


@pytest.fixture
def anyone(app: App, call: Callable[..., Caller]) -> Caller:
    return call(app, None)


@pytest.fixture
def server(app: App, call: Callable[..., Caller]) -> Caller:
    return call(app, "server")


@pytest.fixture
def public(app: App, call: Callable[..., Caller]) -> Caller:
    return call(app, "public")
