"""The table of signing keys, in both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.state.signing_keys import SigningKeys
from recsvc.tokens import signing_text


def test_several_are_active_and_the_youngest_signs(state: Engine) -> None:
    keys = SigningKeys(state)
    old, new = keys.create("old"), keys.create("new")
    assert [(key.id, key.name, key.revoked_at) for key in keys.all()] == [(old.id, "old", None), (new.id, "new", None)]
    assert keys.active().id == new.id
    assert keys.active(old.id).id == old.id


def test_a_secret_is_long_random_and_apart_from_the_id_by_one_mark(state: Engine) -> None:
    one, other = SigningKeys(state).create(""), SigningKeys(state).create("")
    assert one.secret
    assert other.secret
    assert one.secret.reveal() != other.secret.reveal()
    assert len(bytes.fromhex(one.secret.reveal())) == 32
    assert signing_text(one.id, one.secret).reveal().split("_") == ["rsign", one.id, one.secret.reveal()]
    assert one.secret.reveal() not in repr(one)


def test_a_revoked_key_stays_listed_and_its_secret_is_gone(state: Engine) -> None:
    keys = SigningKeys(state)
    key = keys.create("website")
    assert key.secret
    keys.revoke(key.id)
    (kept,) = keys.all()
    assert (kept.id, kept.secret) == (key.id, None)
    assert kept.revoked_at
    with state.connect() as connection:
        assert key.secret.reveal() not in str(connection.execute(text("select * from signing_keys")).all())


def test_what_is_not_there_cannot_sign_or_be_revoked(state: Engine) -> None:
    keys = SigningKeys(state)
    with pytest.raises(StateError, match="make one by recsvc tokens keys create"):
        keys.active()
    key = keys.create("")
    keys.revoke(key.id)
    for use in (keys.revoke, keys.active):
        with pytest.raises(StateError, match=f"there is no active signing key {key.id}"):
            use(key.id)
