"""Signing keys: what the shop signs customer tokens with; several are active while one replaces another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine

from recsvc.errors import StateError
from recsvc.settings import Secret
from recsvc.state import schema
from recsvc.state.store import database_errors
from recsvc.tokens import new_signing_key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`id` is the `kid` of tokens; the secret of a revoked key is gone."""

    id: str
    name: str
    secret: Secret | None
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None


class SigningKeys:
    """The table of signing keys. Every method raises StateError when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str) -> SigningKey:
        key_id, secret = new_signing_key()
        key = SigningKey(key_id, name, secret, dt.datetime.now(dt.UTC))
        row = {"id": key_id, "name": name, "secret": secret.reveal(), "created_at": key.created_at}
        with database_errors(), self._engine.begin() as connection:
            connection.execute(insert(schema.signing_keys).values(row))
        return key

    def all(self) -> list[SigningKey]:
        """Every key, revoked ones too, oldest first."""
        with database_errors(), self._engine.connect() as connection:
            rows = connection.execute(select(schema.signing_keys).order_by(schema.signing_keys.c.created_at)).all()
        return [
            SigningKey(row.id, row.name, Secret(row.secret) if row.secret else None, row.created_at, row.revoked_at)
            for row in rows
        ]

    def active(self, key_id: str | None = None) -> SigningKey:
        """The key of that id, else the youngest. Raises StateError where there is none."""
        found = [key for key in self.all() if key.revoked_at is None and key_id in (None, key.id)]
        if not found:
            raise StateError(
                f"there is no active signing key {key_id}"
                if key_id
                else "there is no active signing key: make one by recsvc tokens keys create"
            )
        return found[-1]

    def revoke(self, key_id: str) -> None:
        """Ends every token that the key signed. Raises StateError when no such key is active."""
        table = schema.signing_keys
        statement = update(table).where(table.c.id == key_id, table.c.revoked_at.is_(None))
        with database_errors(), self._engine.begin() as connection:
            revoked = connection.execute(statement.values(revoked_at=dt.datetime.now(dt.UTC), secret=None)).rowcount
        if not revoked:
            raise StateError(f"there is no active signing key {key_id}")
