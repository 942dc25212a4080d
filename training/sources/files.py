"""Files: the parts that a path, a directory or a glob stands for, and the format they are in."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Literal

from training.errors import UsageError

Format = Literal["parquet", "csv", "jsonl"]
SUFFIXES: dict[str, Format] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
EXPECTED = f"{', '.join(SUFFIXES)}, each of text formats also with .gz"


def parts_of(path: str) -> tuple[Format, list[Path]]:
    """The files behind `path`, by name. Raises UsageError where there is none, or several formats."""
    given = Path(path)
    if given.is_dir():
        files = sorted(
            file for file in given.rglob("*") if _format(file) and file.is_file() and not _hidden(file, given)
        )
        missing = f"{path}: no part in this directory; expected files ending in {EXPECTED}"
    elif given.exists() or not glob.has_magic(path):
        files = [given]
        missing = ""
    else:
        files = sorted(file for name in glob.glob(path, recursive=True) if (file := Path(name)).is_file())
        missing = f"{path}: no file matches"
    if not files:
        raise UsageError(missing)
    return _one_format(path, files), files


def _one_format(path: str, files: list[Path]) -> Format:
    for file in files:
        if not file.exists():
            raise UsageError(f"{file}: no such file")
        if _format(file) is None:
            raise UsageError(f"{file}: unknown suffix; expected {EXPECTED}")
    formats = sorted({form for file in files if (form := _format(file))})
    if len(formats) > 1:
        raise UsageError(f"{path}: parts of several formats: {', '.join(formats)}; expected one")
    return formats[0]


def _format(file: Path) -> Format | None:
    name = file.name.lower().removesuffix(".gz")
    return SUFFIXES.get(Path(name).suffix)


def _hidden(file: Path, directory: Path) -> bool:
    """Such as the `_SUCCESS` of Spark and the `.crc` files beside its parts."""
    return any(part.startswith((".", "_")) for part in file.relative_to(directory).parts)
