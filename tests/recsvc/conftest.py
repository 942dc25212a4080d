"""A small shop with known answers, published as a real bundle, and the service over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from werkzeug.test import Client

from models.bundle import Manifest, Registry, Window, new_version, write_bundle
from models.catalogue import Kind
from models.methods.base import METHOD_NUMBER
from models.methods.repurchase import OWNED
from models.reasons import Code
from models.slots import empty_slots
from recsvc.app import App, create_app
from recsvc.settings import Secret, Settings
from recsvc.state.keys import Keys, Scope
from recsvc.state.migrations import require_current
from recsvc.state.store import open_state

CUSTOMERS, ITEMS, RANKED = 20, 60, 30
COLUMNS: dict[str, Kind] = {
    "title": "text",
    "price": "number",
    "currency": "text",
    "link": "text",
    "image_link": "text",
    "brand": "text",
    "cost_of_goods_sold": "number",
}


def text_column(values: list[str]) -> dict[str, np.ndarray]:
    words = sorted(set(values), key=str.encode)
    encoded = [word.encode() for word in words]
    return {
        "codes": np.array([words.index(value) for value in values], np.int32),
        "blob": np.frombuffer(b"".join(encoded), np.uint8),
        "offsets": np.cumsum([0, *map(len, encoded)]).astype(np.int64),
    }


def shop_arrays() -> dict[str, np.ndarray]:
    """Customer c bought items c and c + 1; item i is complemented by i + 1 and i + 2; low rows sell best.

    Ids are `c00` and `i00` upward, so a row is its number; prices are the row + 1.
    """
    catalogue = {
        "title": text_column([f"Item {row}" for row in range(ITEMS)]),
        "price": {"values": np.arange(1.0, ITEMS + 1)},
        "currency": text_column(["EUR"] * ITEMS),
        "link": text_column([f"/p/{row}" for row in range(ITEMS)]),
        "image_link": text_column([f"https://img.example/{row}.jpg" for row in range(ITEMS)]),
        "brand": text_column(["odd" if row % 2 else "even" for row in range(ITEMS)]),
        "cost_of_goods_sold": {"values": np.arange(ITEMS) / 2},
    }
    rows = np.arange(ITEMS, dtype=np.int32)
    related = (rows[:, None] + [1, 2]) % ITEMS
    owned = np.stack([np.arange(CUSTOMERS), np.arange(CUSTOMERS) + 1], axis=1).astype(np.int32).ravel()
    entries = np.zeros(len(owned), OWNED)
    entries["strength"], entries["interval"], entries["count"], entries["gap"], entries["age"] = 1, 32, 3, 32, 30
    ranked = empty_slots(CUSTOMERS, RANKED)
    ranked["item"] = (np.arange(CUSTOMERS)[:, None] + np.arange(RANKED)) % ITEMS
    ranked["score"] = np.linspace(1, 0.1, RANKED)
    ranked["method"], ranked["code"] = METHOD_NUMBER["als"], Code.TASTE
    popularity = {
        "popular": rows,
        "trending": rows[::-1].copy(),
        "new_arrivals": rows[:5],
        "customers": np.arange(ITEMS, 0, -1).astype(np.float32),
        "score": np.arange(ITEMS, 0, -1).astype(np.float32),
    }
    parts: dict[str, dict[str, np.ndarray]] = {
        "methods/popularity": popularity,
        "methods/basket": {
            "items": related.astype(np.int32),
            "scores": np.broadcast_to(np.float32([0.9, 0.5]), related.shape).copy(),
            "orders": np.full(related.shape, 41, np.int32),
        },
        "methods/repurchase": {
            "indptr": np.arange(0, len(owned) + 1, 2),
            "items": owned,
            "owned": entries,
            "settings": np.float32([0.5]),
        },
        "history": {
            "indptr": np.arange(0, len(owned) + 1, 2),
            "items": owned,
            "count": np.full(len(owned), 3, np.float32),
            "age": np.full(len(owned), 30, np.float32),
        },
    }
    parts |= {f"catalogue/{name}": column for name, column in catalogue.items()}
    arrays = {f"{prefix}/{name}": array for prefix, section in parts.items() for name, array in section.items()}
    return arrays | {
        "customers/ids": np.array([f"c{row:02}" for row in range(CUSTOMERS)], "S"),
        "items/ids": np.array([f"i{row:02}" for row in range(ITEMS)], "S"),
        "ranked/for_you": ranked,
    }


def shop_manifest() -> Manifest:
    now = dt.datetime.now(dt.UTC)
    return Manifest(
        version=new_version(now),
        created_at=now,
        training_window=Window("2025-11-22T00:00:00Z", "2026-11-22T00:00:00Z"),
        unit="day",
        reference=now.timestamp() / 86_400,
        timezone="Europe/Warsaw",
        currency="EUR",
        columns=COLUMNS,
        customer_columns={},
        methods=("popularity", "basket", "repurchase"),
        config={},
        data_fingerprint="0" * 64,
        evaluation={"headline": {"recall_at_10": 0.21}},
        commit="unknown",
    )


def publish(registry: Path) -> str:
    """Publishes the shop once more; returns the version."""
    shop = Registry(registry)
    with shop.staging() as staging:
        write_bundle(staging, shop_arrays(), shop_manifest())
        return shop.publish(staging).version


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry with one bundle."""
    path = tmp_path / "registry"
    publish(path)
    return path


@pytest.fixture
def publish_again(registry: Path) -> Callable[[], str]:
    return lambda: publish(registry)


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
def anyone(app: App) -> Iterator[Caller]:
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
