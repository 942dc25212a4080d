"""Writing a bundle: each array a `.npy` file, hashed on its way to the disk, and the manifest last."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from models.bundle.durable import sync_directory, write_synced
from models.bundle.manifest import MANIFEST, PATH_PATTERN, Manifest, StoredArray, StoredFile, encode
from models.catalogue import Arrays
from models.errors import BundleError

# Lower case alone, so that two names never meet on a file system that ignores case.
_PLAIN_SEGMENT = re.compile(r"[a-z0-9_][a-z0-9_-]{0,59}")


def write_bundle(
    directory: Path, arrays: Arrays, manifest: Manifest, files: Mapping[str, bytes] | None = None
) -> Manifest:
    """Fills an empty or missing directory; returns the manifest with `arrays` and `files` filled in.

    `files`: further files by relative path, such as `report.html`. Everything is synced when this returns.
    Raises BundleError, before anything is written, when something cannot be stored; and when the disk fails.
    """
    extra = files or {}
    _refuse_faults(arrays, extra)
    encode(manifest)
    try:
        return _write(directory, arrays, manifest, extra)
    except OSError as error:
        raise BundleError(f"{error.filename or directory}: {error.strerror}") from error


def array_file(name: str) -> str:
    """The relative path of an array's file: its name, with odd segments replaced by their hash."""
    return "/".join(_segment(part) for part in name.split("/")) + ".npy"


def dtype_text(dtype: np.dtype[Any]) -> str:
    """The descriptor that stands in a `.npy` header, as text: `<f4`, or a list of fields."""
    return str(np.lib.format.dtype_to_descr(dtype))


def _segment(part: str) -> str:
    if _PLAIN_SEGMENT.fullmatch(part):
        return part
    return "~" + hashlib.sha256(part.encode("utf-8")).hexdigest()[:32]


def _refuse_faults(arrays: Arrays, extra: Mapping[str, bytes]) -> None:
    faults = [f"array {name!r}: objects cannot be stored" for name, array in arrays.items() if array.dtype.hasobject]
    faults += [f"file {path!r}: not a plain relative path" for path in extra if not re.match(PATH_PATTERN, path)]
    taken = {MANIFEST, *map(array_file, arrays)}
    faults += [f"file {path!r}: the bundle has its own file of that name" for path in extra if path in taken]
    if faults:
        raise BundleError("; ".join(faults))


def _write(directory: Path, arrays: Arrays, manifest: Manifest, extra: Mapping[str, bytes]) -> Manifest:
    directory.mkdir(parents=True, exist_ok=True)
    stored: dict[str, StoredFile] = {}
    for name, array in arrays.items():
        stored[array_file(name)] = _write_array(directory / array_file(name), array)
    for path, data in extra.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        write_synced(directory / path, data)
        stored[path] = StoredFile(len(data), hashlib.sha256(data).hexdigest())
    headers = {name: StoredArray(array_file(name), array.shape, dtype_text(array.dtype)) for name, array in arrays.items()}
    complete = replace(manifest, arrays=headers, files=stored)
    write_synced(directory / MANIFEST, encode(complete))
    _sync_directories(directory, stored)
    return complete


def _write_array(path: Path, array: NDArray[Any]) -> StoredFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        hashed = _Hashed(handle)
        np.lib.format.write_array(hashed, np.asarray(array, order="C"), allow_pickle=False)
        handle.flush()
        os.fsync(handle.fileno())
    return hashed.stored()


def _sync_directories(directory: Path, files: Iterable[str]) -> None:
    """Deepest first: a name is on the disk after what it leads to."""
    directories = {parent for file in files for parent in (directory / file).parents if parent.is_relative_to(directory)}
    for path in sorted(directories | {directory}, reverse=True):
        sync_directory(path)


class _Hashed:
    """A file to write to that counts and hashes what passes."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self._bytes = 0
        self._sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._bytes += len(data)
        self._sha256.update(data)
        return self._handle.write(data)

    def stored(self) -> StoredFile:
        return StoredFile(self._bytes, self._sha256.hexdigest())
