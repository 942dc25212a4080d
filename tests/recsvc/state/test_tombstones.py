"""Erasure, in both databases."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state import tombstones as module
from recsvc.state.backup import backup
from recsvc.state.events import Events
from recsvc.state.schema import events, frozen_sends, tombstones
from recsvc.state.sends import Send, Sends
from recsvc.state.store import open_for_requests, open_state
from recsvc.state.tombstones import Erased, Tombstones, tombstone
from tests.recsvc.state.test_events import MANY, event

MANY_IDS = [f"c {number} 🧀" for number in range(25)]


@pytest.fixture
def known(state: Engine) -> Tombstones:
    """Tombstones beside the events and sends of two customers."""
    Events(state).append([event(number, customer_id="ab"[number % 2]) for number in range(5)], max_rows=MANY)
    for customer_id in "ab":
        Sends(state).freeze(Send("home", "june", customer_id), b"shown")
    return Tombstones(state)


def customers_in(state: Engine) -> set[str | None]:
    """Whom the tables name."""
    with state.connect() as connection:
        return {
            customer_id
            for table in (events, frozen_sends)
            for customer_id in connection.scalars(select(table.c.customer_id))
        }


def test_erasure_deletes_what_is_kept_of_the_customer_and_of_nobody_else(known: Tombstones, state: Engine) -> None:
    assert known.erase(["a", "a", "unheard of"]) == Erased(anew=2, sends=1, events=3)
    assert customers_in(state) == {"b"}
    assert known.erased_at("a") is not None
    assert known.erased_at("b") is None


def test_erasing_again_does_no_harm(known: Tombstones) -> None:
    known.erase(["a"])
    at = known.erased_at("a")
    assert known.erase(["b", "a"]) == Erased(anew=1, sends=1, events=2)
    assert known.erase(["b", "a"]) == Erased()
    assert known.erased_at("a") == at
    assert known.count() == (2, known.erased_at("b"))


def test_many_are_erased_in_parts(known: Tombstones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ERASED_AT_ONCE", 10)
    assert known.erase([*MANY_IDS, "a"]) == Erased(anew=26, sends=1, events=3)
    assert known.count()[0] == 26
    assert known.erase([]) == Erased()


def test_no_table_holds_an_id_that_can_be_read(known: Tombstones, state: Engine) -> None:
    known.erase(["a"])
    with state.connect() as connection:
        ((_, hashed, _),) = connection.execute(select(tombstones)).all()
    assert hashed == tombstone("a")


def test_what_has_come_since_is_read_and_nothing_twice(known: Tombstones) -> None:
    assert known.since(0) == (0, [])
    known.erase(["a"])
    number, hashes = known.since(0)
    assert hashes == [tombstone("a")]
    assert known.since(number) == (number, [])
    known.erase(["a", "b"])
    assert known.since(number)[1] == [tombstone("b")]


def test_those_who_are_erased_at_once_are_all_seen_by_whoever_reads_on(state: Engine, url: Secret) -> None:
    pooled = open_for_requests(url, 4)
    threads = [threading.Thread(target=Tombstones(pooled).erase, args=(MANY_IDS[part::4],)) for part in range(4)]
    seen: list[bytes] = []
    number = 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        number, new = Tombstones(state).since(number)
        seen += new
    seen += Tombstones(state).since(number)[1]
    pooled.dispose()
    assert sorted(seen) == sorted(map(tombstone, MANY_IDS))


@pytest.mark.parametrize("wrong", ["", "x" * 257, "a\0b", "\udc80"], ids=ascii)
def test_what_is_no_id_is_refused_before_anybody_is_erased(known: Tombstones, wrong: str) -> None:
    with pytest.raises(StateError, match="is no customer's id") as refused:
        known.erase(["a", wrong, wrong + "\0"])
    assert len(refused.value.faults) == 2
    assert known.count() == (0, None)


def test_a_backup_keeps_who_was_erased(known: Tombstones, state: Engine, tmp_path: Path) -> None:
    known.erase(["a"])
    backup(state, tmp_path / "copy.sqlite")
    copied = Tombstones(open_state(Secret(f"sqlite:///{tmp_path}/copy.sqlite")))
    assert copied.erased_at("a") == known.erased_at("a")


def test_a_database_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_text("no database at all, but long enough to be taken for one")
    broken = Tombstones(open_state(Secret(f"sqlite:///{tmp_path}/state.sqlite")))
    for use in (lambda: broken.erase(["a"]), lambda: broken.since(0), broken.count, lambda: broken.erased_at("a")):
        with pytest.raises(StateError, match="live state"):
            use()
