"""Frozen sends, in both databases."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state.schema import frozen_sends
from recsvc.state.sends import Send, Sends
from recsvc.state.store import open_for_requests, open_state
from recsvc.state.tombstones import Tombstones

SEND = Send("email_winback", "may", "c 🧀")


@pytest.fixture
def sends(state: Engine) -> Sends:
    return Sends(state)


def test_what_was_frozen_first_stays(sends: Sends) -> None:
    assert sends.frozen(SEND) is None
    assert sends.freeze(SEND, b"first") == b"first"
    assert sends.freeze(SEND, b"second") == b"first"
    assert sends.frozen(SEND) == b"first"


@pytest.mark.parametrize("other", [Send("home", "may", "c 🧀"), Send("email_winback", "may"), Send("home", "june")])
def test_placement_send_and_customer_tell_sends_apart(sends: Sends, other: Send) -> None:
    sends.freeze(SEND, b"one")
    assert sends.freeze(other, b"another") == b"another"
    assert sends.frozen(SEND) == b"one"


def test_of_many_at_once_all_show_what_the_first_wrote(state: Engine, url: Secret) -> None:
    pooled = open_for_requests(url, 8)
    shared = Sends(pooled)
    shown: list[bytes] = []
    threads = [
        threading.Thread(target=lambda number=number: shown.append(shared.freeze(SEND, str(number).encode())))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pooled.dispose()
    assert len(shown) == 8
    assert set(shown) == {Sends(state).frozen(SEND)}


def test_of_an_erased_customer_nothing_is_kept(sends: Sends, state: Engine) -> None:
    sends.freeze(SEND, b"mine")
    sends.freeze(Send("home", "june", SEND.customer_id), b"mine")
    kept = Send("home", "june", "another")
    sends.freeze(kept, b"theirs")
    assert Tombstones(state).erase([SEND.customer_id]).sends == 2
    assert (sends.frozen(SEND), sends.frozen(kept)) == (None, b"theirs")
    assert sends.freeze(SEND, b"late") == b"late"
    with state.connect() as connection:
        assert connection.scalars(select(frozen_sends.c.customer_id)).all() == ["another"]


def test_old_sends_are_deleted(sends: Sends) -> None:
    sends.freeze(SEND, b"old")
    now = dt.datetime.now(dt.UTC)
    assert sends.forget_before(now - dt.timedelta(minutes=1)) == 0
    assert sends.frozen(SEND) == b"old"
    assert sends.forget_before(now + dt.timedelta(minutes=1)) == 1
    assert sends.frozen(SEND) is None


def test_a_database_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_text("no database at all, but long enough to be taken for one")
    with pytest.raises(StateError, match="live state"):
        Sends(open_state(Secret(f"sqlite:///{tmp_path}/state.sqlite"))).frozen(SEND)
