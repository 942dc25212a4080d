"""Opening live state."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.store import open_for_requests, open_state


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "the state URL cannot be read"),
        ("mysql://host/name", "SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_other_urls_are_refused(url: str, message: str) -> None:
    with pytest.raises(StateError, match=message):
        open_state(Secret(url))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_postgresql_is_known_by_any_of_its_names(scheme: str) -> None:
    assert open_state(Secret(f"{scheme}://host/name")).dialect.driver == "psycopg"


def test_a_database_that_does_not_answer_is_one_clear_error_without_the_password() -> None:
    engine = open_state(Secret("postgresql://user:secret@127.0.0.1:1/name"))
    with pytest.raises(StateError, match=r"^live state: .*refused") as refused:
        require_current(engine)
    assert "secret" not in str(refused.value)
    with pytest.raises(StateError):
        Keys(engine).all()


def test_missing_directories_are_made(tmp_path: Path) -> None:
    require_current(open_state(Secret(f"sqlite:///{tmp_path}/a/b/state.sqlite")))
    assert (tmp_path / "a/b/state.sqlite").exists()


def test_a_new_file_that_another_service_is_opening_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    with _held(file) as holder:
        release = threading.Timer(0.3, holder.rollback)
        release.start()
        require_current(open_state(Secret(f"sqlite:///{file}")))
        release.join()
    assert Keys(open_state(Secret(f"sqlite:///{file}"))).all() == []


def test_a_new_file_that_stays_locked_is_one_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    with _held(file), pytest.raises(StateError, match="live state: database is locked"):
        require_current(open_for_requests(Secret(f"sqlite:///{file}"), 1))


@contextmanager
def _held(file: Path) -> Iterator[sqlite3.Connection]:
    """About to be written by another: SQLite then refuses to change the journal at once, whatever its timeout."""
    holder = sqlite3.connect(file, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    yield holder
    holder.close()
