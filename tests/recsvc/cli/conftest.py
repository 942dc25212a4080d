"""Running commands in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from recsvc.cli import main


@pytest.fixture
def recsvc(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `recsvc` with the arguments given."""
    monkeypatch.delenv("RECSVC_REGISTRY", raising=False)
    monkeypatch.delenv("RECSVC_STATE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="recsvc")

    return run
