"""Token column: the e-mail tokens of many customers, as record batches beside their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

# Signed between two writes to the file: little memory, and a progress bar that moves.
CHUNK = 8_192
SCHEMA = pa.schema([("customer_id", pa.string()), ("token", pa.string())])


def chunks(ids: Sequence[str], sign: Callable[[str], str]) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        yield pa.RecordBatch.from_arrays([pa.array(part), pa.array(map(sign, part), pa.string())], schema=SCHEMA)
