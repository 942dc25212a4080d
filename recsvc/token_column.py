"""Token column: the e-mail tokens of many customers, as record batches beside their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

# Signed between two writes to the file: little memory, and a progress bar that moves.
CHUNK = 8_192
TOKEN = pa.field("token", pa.string())
SCHEMA = pa.schema([("customer_id", pa.string()), TOKEN])


def with_tokens(batch: pa.RecordBatch, sign: Callable[[str], str]) -> pa.RecordBatch:
    """The batch with the token of each row's customer after the id; a customer of several rows is signed for once."""
    ids = batch.column("customer_id").dictionary_encode()
    tokens = pa.array(map(sign, ids.dictionary.to_pylist()), pa.string()).take(ids.indices)
    return batch.add_column(1, TOKEN, tokens)


def chunks(ids: Sequence[str], sign: Callable[[str], str]) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        yield pa.RecordBatch.from_arrays([pa.array(part), pa.array(map(sign, part), pa.string())], schema=SCHEMA)
