"""The table of keys, in both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.state.keys import Keys
from recsvc.tokens import digest, new_token, split


def test_a_key_is_kept_as_a_hash_only(state: Engine) -> None:
    keys = Keys(state)
    key, token = keys.create("server", "website")
    key_id, secret = split(token.reveal())
    assert keys.all() == [key]
    assert (key.id, key.name, key.scope, key.secret_sha256) == (key_id, "website", "server", digest(secret))
    with state.connect() as connection:
        kept = str(connection.execute(text("select * from keys")).all())
    assert secret not in kept


def test_times_are_in_utc(state: Engine) -> None:
    before = dt.datetime.now(dt.UTC)
    keys = Keys(state)
    keys.create("public", "")
    (key,) = keys.all()
    assert before <= key.created_at <= dt.datetime.now(dt.UTC)
    assert key.created_at.utcoffset() == dt.timedelta(0)


def test_a_revoked_key_stays_listed(state: Engine) -> None:
    keys = Keys(state)
    one, _ = keys.create("server", "one")
    keys.create("server", "two")
    keys.revoke(one.id)
    assert [(key.name, key.revoked_at is None) for key in keys.all()] == [("one", False), ("two", True)]


def test_a_key_is_revoked_once_and_must_exist(state: Engine) -> None:
    keys = Keys(state)
    key, _ = keys.create("server", "one")
    keys.revoke(key.id)
    for key_id in (key.id, "nothing"):
        with pytest.raises(StateError, match=f"there is no active key {key_id}"):
            keys.revoke(key_id)


def test_replacing_revokes_the_others_of_that_name_alone(state: Engine) -> None:
    keys = Keys(state)
    for name in ("demo", "website", "demo"):
        keys.create("server", name)
    new, _ = keys.create("server", "demo", replace=True)
    assert {key.id for key in keys.all() if key.revoked_at is None and key.name == "demo"} == {new.id}
    assert [key.name for key in keys.all() if key.revoked_at is None] == ["website", "demo"]


def test_tokens_are_told_apart_from_other_texts() -> None:
    key_id, secret = split(new_token().reveal())
    assert (len(key_id), len(secret)) == (12, 43)
    assert new_token().reveal() != new_token().reveal()
    assert split("sk_123_456") == ("", "")
    assert split("rs_123") == ("123", "")
    assert split("rs_1_2_3") == ("1", "2_3")
