"""Locks: keeping something of a customer and erasing that customer wait for each other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select


def lock_customers(connection: Connection, customer_ids: Iterable[str]) -> None:
    """To the end of the transaction, all in one order; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        for customer_id in sorted(set(customer_ids)):
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(customer_id))))
