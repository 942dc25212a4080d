"""A tiny synthetic shop, published once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.synthetic import Size, publish_shop

SIZE = Size(customers=300, items=150)


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("synthetic") / "registry"
    publish_shop(path, SIZE)
    return path
