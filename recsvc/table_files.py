"""Table files: record batches written as Parquet, CSV or JSON Lines, in place only when complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from recsvc.errors import ExportError

Write = Callable[[pa.RecordBatch], object]
_encoder = msgspec.json.Encoder()


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        yield writer.write_batch


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Write]:
    with pyarrow.csv.CSVWriter(path, schema) as writer:
        yield writer.write_batch


@contextmanager
def _json_lines(path: Path, _schema: pa.Schema) -> Iterator[Write]:
    with path.open("wb") as file:
        yield lambda batch: file.write(_encoder.encode_lines(batch.to_pylist()))


Opens = Callable[[Path, pa.Schema], AbstractContextManager[Write]]
FORMATS: dict[str, Opens] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _json_lines,
}


def require_format(path: Path) -> None:
    """Raises ExportError unless the suffix names a format."""
    if path.suffix not in FORMATS:
        raise ExportError(f"{path}: the name must end in {', '.join(FORMATS)}")


@contextmanager
def table_file(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A function that appends record batches; what fails leaves `path` as it was. Raises ExportError."""
    require_format(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with FORMATS[path.suffix](aside, schema) as write:
            yield write
        _sync(aside)
        os.replace(aside, path)
    except OSError as error:
        raise ExportError(f"{path}: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
