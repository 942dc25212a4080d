"""A copy of live state."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state.backup import backup
from recsvc.state.keys import Keys
from recsvc.state.migrations import VERSION, migrate
from recsvc.state.store import open_state


def test_a_backup_can_be_served_from_as_it_is(state: Engine, tmp_path: Path) -> None:
    keys = Keys(state)
    for number in range(3):
        keys.create("server", f"key {number}")
    keys.revoke(keys.all()[0].id)
    copy = tmp_path / "backup.sqlite"
    assert backup(state, copy) == 3 + VERSION
    engine = open_state(Secret(f"sqlite:///{copy}"))
    assert Keys(engine).all() == keys.all()
    assert migrate(engine) == (VERSION, VERSION)


def test_a_backup_is_one_file(state: Engine, tmp_path: Path) -> None:
    target = tmp_path / "copies"
    target.mkdir()
    backup(state, target / "backup.sqlite")
    assert [path.name for path in target.iterdir()] == ["backup.sqlite"]


def test_nothing_is_overwritten(state: Engine, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("dear")
    with pytest.raises(StateError, match="exists already"):
        backup(state, taken)
    assert taken.read_text() == "dear"


def test_what_fails_leaves_nothing_behind(state: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recsvc.state.backup.os.replace", fail)
    target = tmp_path / "copies"
    target.mkdir()
    with pytest.raises(StateError, match="No space left"):
        backup(state, target / "backup.sqlite")
    assert list(target.iterdir()) == []
