"""recsvc keys and recsvc state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recsvc.settings import Secret, beside
from recsvc.state.keys import Keys
from recsvc.state.migrations import VERSION
from recsvc.state.store import open_state
from recsvc.tokens import split

Run = Callable[..., Result]


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture
def state(registry: Path) -> Keys:
    """The keys that a service over the registry sees."""
    return Keys(open_state(Secret(beside(registry))))


def test_create_prints_the_key_and_nothing_else(recsvc: Run, registry: Path, state: Keys) -> None:
    made = recsvc("keys", "create", "--scope", "public", "--name", "website", "--registry", registry)
    assert made.exit_code == 0
    key_id, secret = split(made.stdout.strip())
    assert made.stdout == f"rs_{key_id}_{secret}\n"
    (key,) = state.all()
    assert (key.id, key.scope, key.name) == (key_id, "public", "website")


def test_list_shows_no_secret(recsvc: Run, registry: Path) -> None:
    made = recsvc("keys", "create", "--scope", "server", "--name", "website", "--registry", registry).stdout.strip()
    key_id, secret = split(made)
    recsvc("keys", "revoke", key_id, "--registry", registry)
    told = recsvc("keys", "list", "--registry", registry).stdout
    header, _, row = told.splitlines()
    assert header.split() == ["id", "scope", "name", "created", "revoked"]
    assert row.split()[:3] == [key_id, "server", "website"]
    assert len(row.split()) == 7
    assert secret not in told


@pytest.mark.parametrize("in_full", [True, False])
def test_revoke_takes_the_id_or_the_key_in_full(recsvc: Run, registry: Path, state: Keys, in_full: bool) -> None:
    key = recsvc("keys", "create", "--scope", "server", "--registry", registry).stdout.strip()
    given = key if in_full else split(key)[0]
    assert recsvc("keys", "revoke", given, "--registry", registry).stdout == f"revoked {split(key)[0]}\n"
    assert state.all()[0].revoked_at is not None


def test_replace_leaves_one_key_of_the_name(recsvc: Run, registry: Path, state: Keys) -> None:
    for _ in range(3):
        recsvc("keys", "create", "--scope", "server", "--name", "demo", "--replace", "--registry", registry)
    assert len([key for key in state.all() if key.revoked_at is None]) == 1


def test_state_may_be_named_by_option_or_environment(
    recsvc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recsvc("keys", "create", "--scope", "server", "--state", f"sqlite:///{tmp_path}/one")
    monkeypatch.setenv("RECSVC_STATE_URL", f"sqlite:///{tmp_path}/two")
    recsvc("keys", "create", "--scope", "server", "--registry", tmp_path / "registry")
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


def test_migrate_tells_the_versions(recsvc: Run, registry: Path) -> None:
    assert recsvc("state", "migrate", "--registry", registry).stdout == f"version 0 -> {VERSION}\n"
    assert recsvc("state", "migrate", "--registry", registry).stdout == f"version {VERSION}\n"


def test_backup_can_be_used_as_state(recsvc: Run, registry: Path, tmp_path: Path) -> None:
    recsvc("keys", "create", "--scope", "server", "--name", "website", "--registry", registry)
    copy = tmp_path / "copy.sqlite"
    assert recsvc("state", "backup", copy, "--registry", registry).stdout == f"{1 + VERSION} rows to {copy}\n"
    assert "website" in recsvc("keys", "list", "--state", f"sqlite:///{copy}").stdout
