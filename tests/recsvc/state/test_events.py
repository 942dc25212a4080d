"""The table of events, in both databases."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state.events import COLUMNS, Events, EventsFull, StoredEvent
from recsvc.state.store import open_for_requests
from recsvc.state.tombstones import Tombstones

NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
MANY = 10**9


def event(number: int = 1, **more: Any) -> StoredEvent:
    fields: dict[str, Any] = {
        "source": "public",
        "event_id": f"e{number}",
        "event": "product_viewed",
        "item_id": "Zażółć/🛒",
        "customer_id": None,
        "anonymous_id": "a1",
        "occurred_at": NOON,
        "received_at": NOON + dt.timedelta(hours=number),
        "recommendation_id": None,
        "placement": None,
    }
    return StoredEvent(**(fields | more))


def ids(events: Events, since: dt.datetime | None = None) -> list[object]:
    return [row[COLUMNS.index("event_id")] for part in events.batches(since) for row in part]


def test_what_is_stored_comes_back_with_its_source_before_its_id(state: Engine) -> None:
    events = Events(state)
    events.append([event()], max_rows=MANY)
    ((row,),) = events.batches()
    kept = dict(zip(COLUMNS, row, strict=True))
    assert kept == {name: getattr(event(), name) for name in COLUMNS} | {"event_id": "public:e1"}


def test_an_id_counts_once_within_its_source(state: Engine) -> None:
    events = Events(state)
    events.append([event(1), event(2), event(1)], max_rows=MANY)
    events.append([event(2), event(3), event(1, source="server")], max_rows=MANY)
    assert ids(events) == ["public:e1", "public:e2", "public:e3", "server:e1"] or ids(events) == [
        "public:e1",
        "public:e2",
        "server:e1",
        "public:e3",
    ]


def test_those_since_and_before_are_told_apart_by_when_they_were_received(state: Engine) -> None:
    events = Events(state)
    events.append([event(number) for number in range(1, 6)], max_rows=MANY)
    third = NOON + dt.timedelta(hours=3)
    assert ids(events, third) == ["public:e3", "public:e4", "public:e5"]
    assert events.delete(third) == 2
    assert ids(events) == ["public:e3", "public:e4", "public:e5"]


def test_no_more_than_the_limit_are_kept_until_some_are_deleted(state: Engine) -> None:
    events = Events(state)
    for number in (1, 2, 3):
        events.append([event(number)], max_rows=2)
    with pytest.raises(EventsFull, match="2 events are kept already"):
        events.append([event(4)], max_rows=2)
    events.delete(NOON + dt.timedelta(hours=3))
    events.append([event(4)], max_rows=2)
    assert ids(events) == ["public:e3", "public:e4"]


def test_what_the_database_cannot_take_leaves_nothing_behind(state: Engine) -> None:
    events = Events(state)
    with pytest.raises(StateError):
        events.append([event(1), event(2, source="nobody")], max_rows=MANY)
    assert ids(events) == []


def test_of_an_erased_customer_nothing_is_kept(state: Engine) -> None:
    events = Events(state)
    theirs = event(9, customer_id="another")
    events.append([event(1, customer_id="c1"), event(2, customer_id="c1"), theirs], max_rows=MANY)
    assert Tombstones(state).erase(["c1"]).events == 2
    assert ids(events) == ["public:e9"]
    events.append([event(3, customer_id="c1"), event(4, customer_id="another"), event(5)], max_rows=MANY)
    assert ids(events) == ["public:e9", "public:e4", "public:e5"]


def test_many_write_at_once_over_kept_connections(state: Engine, url: Secret) -> None:
    pooled = open_for_requests(url, 4)
    events, failures = Events(pooled), []

    def write(worker: int) -> None:
        try:
            for turn in range(10):
                some = [event(turn * 3 + number, anonymous_id=str(worker)) for number in range(6)]
                events.append(some[:: 1 if worker % 2 else -1], max_rows=MANY)
        except StateError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pooled.dispose()
    assert failures == []
    assert len(ids(Events(state))) == 33


def test_what_is_committed_for_a_request_is_on_the_disk(state: Engine, url: Secret) -> None:
    pooled = open_for_requests(url, 1)
    setting = "PRAGMA synchronous" if pooled.dialect.name == "sqlite" else "SHOW synchronous_commit"
    with pooled.connect() as connection:
        assert connection.exec_driver_sql(setting).scalar() in (2, "on")
    pooled.dispose()
    assert state.dialect.name == pooled.dialect.name
