"""Small bundles, and registries that hold some."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from models.bundle import Manifest, Registry, Window, write_bundle
from models.catalogue import Arrays
from models.slots import empty_slots

Publish = Callable[[str], None]


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        version="v1",
        created_at=dt.datetime(2026, 11, 22, 23, 59, 59, tzinfo=dt.UTC),
        training_window=Window("2025-11-22T00:00:00Z", "2026-11-22T00:00:00Z"),
        unit="day",
        reference=20_779.5,
        timezone="Europe/Prague",
        currency="CZK",
        columns={"price": "number", "category": "category"},
        customer_columns={"tier": "text"},
        methods=("als", "popularity"),
        config={"seed": 7},
        data_fingerprint="0" * 64,
        evaluation={"headline": {"recall@10": 0.25}},
        commit="0.1.0",
    )


@pytest.fixture
def arrays() -> Arrays:
    return {
        "items/ids": np.array([b"a", b"b", "ž".encode()], "S2"),
        "methods/als/items": np.arange(12, dtype=np.float32).reshape(3, 4),
        "catalogue/Značka zboží/codes": np.zeros(0, np.int32),
        "ranked/for_you": empty_slots(5, 3),
        "scalar": np.array(3.5),
    }


@pytest.fixture
def bundle_path(tmp_path: Path, arrays: Arrays, manifest: Manifest) -> Path:
    path = tmp_path / "bundle"
    write_bundle(path, arrays, manifest, {"report.html": b"<p>fine</p>", "report.json": b"{}"})
    return path


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


@pytest.fixture
def publish(registry: Registry, arrays: Arrays, manifest: Manifest) -> Publish:
    """Publishes a bundle under a version."""

    def publish(version: str) -> None:
        with registry.staging() as directory:
            write_bundle(directory, arrays, replace(manifest, version=version))
            registry.publish(directory)

    return publish
