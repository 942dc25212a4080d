"""Text columns of a catalogue as Arrow arrays, without a copy."""

from __future__ import annotations

import pyarrow as pa

from models.catalogue import Strings, TextColumn


def vocabulary(strings: Strings) -> pa.LargeStringArray:
    """The distinct texts, by their index."""
    buffers = [None, *map(pa.py_buffer, strings.buffers)]
    return pa.Array.from_buffers(pa.large_string(), len(strings), buffers)


def texts(column: TextColumn) -> pa.Array:
    """The text of each item, null where there is none."""
    codes = pa.array(column.codes, mask=column.codes < 0)
    return vocabulary(column.strings).take(codes).cast(pa.string())
