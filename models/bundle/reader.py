"""Opening a bundle: its arrays as read-only views of memory-mapped files, which all workers share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle.checksums import check_sizes, refuse, verify_bundle
from models.bundle.manifest import Manifest, read_manifest
from models.bundle.npy import map_array
from models.catalogue import Arrays

PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle. Its arrays stay readable when its directory is removed."""

    path: Path
    manifest: Manifest
    arrays: Arrays


def open_bundle(path: Path, *, verify: bool = False) -> Bundle:
    """Checks that files are there, as long as promised, and that array headers say what the manifest says.

    `verify`: checks every SHA-256 too, which reads everything. Raises BundleDamaged, naming all files at fault,
    BundleTooNew, or BundleError for a format that is no longer read.
    """
    manifest = verify_bundle(path) if verify else read_manifest(path)
    check_sizes(path, manifest)
    arrays, faults = {}, []
    for name, stored in manifest.arrays.items():
        try:
            arrays[name] = map_array(path / stored.file, stored)
        except ValueError as error:
            faults.append(f"{stored.file}: {error}")
    refuse(path, faults)
    return Bundle(path, manifest, arrays)


def warm(bundle: Bundle, limit_bytes: int) -> int:
    """Maps pages into memory ahead of the first queries; returns the bytes touched, at most `limit_bytes`.

    Small arrays first: ids and catalogue are read by every query, ranked lists one row at a time.
    """
    left = limit_bytes
    for array in sorted(bundle.arrays.values(), key=lambda array: array.nbytes):
        left -= _touch(array, left)
    return limit_bytes - left


def _touch(array: NDArray[Any], limit_bytes: int) -> int:
    """One byte of each page, in file order, so that the system reads ahead."""
    if not array.nbytes:
        return 0
    pages = array.reshape(-1).view(np.uint8)[:limit_bytes:PAGE_BYTES]
    np.add.reduce(pages, dtype=np.uint64)
    return min(array.nbytes, limit_bytes)
