"""Live state brought to the version that a release needs."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state import migrations
from recsvc.state.keys import Keys
from recsvc.state.migrations import VERSION, migrate, require_current
from recsvc.state.schema import metadata
from recsvc.state.store import open_state
from recsvc.state.tombstones import Tombstones


def test_an_empty_database_is_filled_at_the_first_use(url: Secret) -> None:
    engine = open_state(url)
    require_current(engine)
    assert set(inspect(engine).get_table_names()) == set(metadata.tables)
    assert Keys(engine).all() == []


def test_migrating_again_changes_nothing(url: Secret) -> None:
    engine = open_state(url)
    assert migrate(engine) == (0, VERSION)
    key, _ = Keys(engine).create("server", "kept")
    assert migrate(engine) == (VERSION, VERSION)
    assert Keys(engine).all() == [key]


def test_an_older_version_is_refused_until_it_is_migrated(state: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, ran.append))
    monkeypatch.setattr(migrations, "VERSION", VERSION + 1)
    with pytest.raises(StateError, match=f"has version {VERSION}, this release needs {VERSION + 1}: run recsvc state"):
        require_current(state)
    assert migrate(state) == (VERSION, VERSION + 1)
    assert len(ran) == 1
    require_current(state)


def test_who_was_erased_before_stays_erased_without_an_id_to_read(url: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, before = open_state(url), 4
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", migrations.STEPS[:before])
        older.setattr(migrations, "VERSION", before)
        migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("insert into erased_customers values ('c 🧀', '2026-11-27 12:00:00')"))
    assert migrate(engine) == (before, VERSION)
    erased_at = Tombstones(engine).erased_at("c 🧀")
    assert erased_at is not None
    assert f"{erased_at:%Y-%m-%d}" == "2026-11-27"
    assert not inspect(engine).has_table("erased_customers")


def test_a_newer_version_is_refused(state: Engine) -> None:
    with state.begin() as connection:
        connection.execute(text("insert into state_version values (99)"))
    for use in (migrate, require_current):
        with pytest.raises(StateError, match="has version 99, this release reads up to"):
            use(state)


def test_a_failed_step_leaves_everything_as_it_was(url: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("half-way")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, fail))
    monkeypatch.setattr(migrations, "VERSION", VERSION + 1)
    engine = open_state(url)
    with pytest.raises(RuntimeError):
        migrate(engine)
    assert inspect(engine).get_table_names() == []


def test_services_that_start_together_make_the_tables_once(url: Secret) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            require_current(open_state(url))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert migrate(open_state(url)) == (VERSION, VERSION)
