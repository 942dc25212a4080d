"""Keys: who may call, made and revoked from the command line, kept as hashes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state import schema
from recsvc.state.store import database_errors
from recsvc.tokens import Scope, digest, new_token, split


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key."""

    id: str
    name: str
    scope: Scope
    secret_sha256: bytes
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None


class Keys:
    """The table of keys. Every method raises StateError when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, scope: Scope, name: str, *, replace: bool = False) -> tuple[Key, Secret]:
        """A new key and its token, to be shown once.

        `replace`: revokes the other keys of that name in the same transaction.
        """
        token = new_token()
        key_id, secret = split(token.reveal())
        key = Key(key_id, name, scope, digest(secret), dt.datetime.now(dt.UTC))
        with database_errors(), self._engine.begin() as connection:
            if replace:
                _revoke(connection, schema.keys.c.name == name)
            connection.execute(insert(schema.keys).values(dataclasses.asdict(key)))
        return key, token

    def all(self) -> list[Key]:
        """Every key, revoked ones too, oldest first."""
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(schema.keys).order_by(schema.keys.c.created_at)).all()
        return [Key(**row._mapping) for row in rows]

    def revoke(self, key_id: str) -> None:
        """Raises StateError when no such key is active."""
        with database_errors(), self._engine.begin() as connection:
            revoked = _revoke(connection, schema.keys.c.id == key_id)
        if not revoked:
            raise StateError(f"there is no active key {key_id}")


def _revoke(connection: Connection, condition: ColumnElement[bool]) -> int:
    """Revokes the active keys that meet the condition; returns how many."""
    statement = update(schema.keys).where(condition, schema.keys.c.revoked_at.is_(None))
    return connection.execute(statement.values(revoked_at=dt.datetime.now(dt.UTC))).rowcount
