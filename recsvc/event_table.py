"""Event table: stored events as record batches, in the columns that training reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa

from recsvc.state.events import COLUMNS, Events

TIMES = frozenset({"occurred_at", "received_at"})
SCHEMA = pa.schema([(name, pa.timestamp("us", "UTC") if name in TIMES else pa.string()) for name in COLUMNS])


def batches(events: Events, since: dt.datetime | None = None) -> Iterator[pa.RecordBatch]:
    """Those received from `since` on, in the order of arrival. Raises StateError."""
    for rows in events.batches(since):
        columns = zip(SCHEMA, zip(*rows, strict=True), strict=True)
        yield pa.RecordBatch.from_arrays([pa.array(values, field.type) for field, values in columns], schema=SCHEMA)
