"""The tables of live state, one definition for SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Moment(TypeDecorator[dt.datetime]):
    """A time in UTC; SQLite keeps no time zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value


state_version = Table("state_version", metadata, Column("version", Integer, primary_key=True))

# A key is shown once, when it is made; only the SHA-256 of its 256 random bits is kept.
keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("scope", String(16), CheckConstraint("scope in ('server', 'public')"), nullable=False),
    Column("secret_sha256", LargeBinary(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

# Whoever signs and whoever verifies share one secret, so it is kept as it is; a revoked one is forgotten.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("secret", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

# An id counts within its source alone, so that nobody with a public key can use up the ids of the shop's own events.
events = Table(
    "events",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("source", String(16), CheckConstraint("source in ('server', 'public')"), nullable=False),
    Column("event_id", String(100), nullable=False),
    Column("event", String(100), nullable=False),
    Column("item_id", String(256), nullable=False),
    Column("customer_id", String(256), index=True),  # for erasure
    Column("anonymous_id", String(256)),
    Column("occurred_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False, index=True),
    Column("recommendation_id", String(100)),
    Column("placement", String(100)),
    UniqueConstraint("source", "event_id"),
)

# What a customer was shown in one send: kept as it was shown. The empty customer is everybody without a name.
frozen_sends = Table(
    "frozen_sends",
    metadata,
    Column("placement", String(100), primary_key=True),
    Column("send_id", String(100), primary_key=True),
    Column("customer_id", String(256), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("frozen_at", Moment, nullable=False, index=True),
    Index("frozen_sends_of_customer", "customer_id"),
)

# Whoever asked to be forgotten: nothing personal is shown or kept from then on, whatever a bundle still holds. Who has
# an id can look for it here; nobody can read one here. None is ever deleted, and numbers rise as they are committed.
tombstones = Table(
    "tombstones",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("customer_sha256", LargeBinary(32), nullable=False, unique=True),
    Column("erased_at", Moment, nullable=False),
)
