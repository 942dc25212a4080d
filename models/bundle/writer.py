"""Writing a bundle: its arrays, further files such as the report, and the manifest last."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from models.bundle.durable import sync_directory, write_synced
from models.bundle.manifest import MANIFEST, PATH_PATTERN, Manifest, StoredFile, encode
from models.bundle.npy import array_file, describe, store_array
from models.catalogue import Arrays
from models.errors import BundleError


def write_bundle(
    directory: Path, arrays: Arrays, manifest: Manifest, files: Mapping[str, bytes] | None = None
) -> Manifest:
    """Fills an empty or missing directory, synced; returns the manifest with `arrays` and `files` filled in.

    `files`: further files by relative path. Raises BundleError: before anything is written when something
    cannot be stored (every fault named), and when the disk fails.
    """
    extra = files or {}
    _refuse_faults(arrays, extra)
    encode(manifest)
    try:
        return _write(directory, arrays, manifest, extra)
    except OSError as error:
        raise BundleError(f"{error.filename or directory}: {error.strerror}") from error


def _refuse_faults(arrays: Arrays, extra: Mapping[str, bytes]) -> None:
    own = {MANIFEST, *map(array_file, arrays)}
    faults = [f"array {name!r}: objects cannot be stored" for name, array in arrays.items() if array.dtype.hasobject]
    faults += [f"file {path!r}: not a plain relative path" for path in extra if not re.match(PATH_PATTERN, path)]
    faults += [f"file {path!r}: the bundle's own file has this name" for path in extra if path in own]
    if faults:
        raise BundleError("; ".join(faults))


def _write(directory: Path, arrays: Arrays, manifest: Manifest, extra: Mapping[str, bytes]) -> Manifest:
    directory.mkdir(parents=True, exist_ok=True)
    stored = {array_file(name): store_array(directory / array_file(name), array) for name, array in arrays.items()}
    stored |= {path: _store_file(directory / path, data) for path, data in extra.items()}
    described = {name: describe(name, array) for name, array in arrays.items()}
    complete = replace(manifest, arrays=described, files=stored)
    write_synced(directory / MANIFEST, encode(complete))
    _sync_directories(directory, stored)
    return complete


def _store_file(path: Path, data: bytes) -> StoredFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_synced(path, data)
    return StoredFile(len(data), hashlib.sha256(data).hexdigest())


def _sync_directories(directory: Path, files: Iterable[str]) -> None:
    """Deepest first: a name reaches the disk after what it leads to."""
    within = {directory / parent for file in files for parent in Path(file).parents}
    for path in sorted(within | {directory}, reverse=True):
        sync_directory(path)
