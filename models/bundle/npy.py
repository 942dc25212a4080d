"""One array in one `.npy` file: what the file is called, writing it, and mapping it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib.format import dtype_to_descr, open_memmap, write_array
from numpy.typing import NDArray

from models.bundle.manifest import StoredArray, StoredFile

# Lower case alone, so that two names never meet on a file system that ignores case.
_PLAIN_SEGMENT = re.compile(r"[a-z0-9_][a-z0-9_-]{0,59}")


def array_file(name: str) -> str:
    """The relative path of an array's file: its name, with odd segments replaced by their hash."""
    return "/".join(_segment(part) for part in name.split("/")) + ".npy"


def _segment(part: str) -> str:
    if _PLAIN_SEGMENT.fullmatch(part):
        return part
    return "~" + hashlib.sha256(part.encode("utf-8")).hexdigest()[:32]


def describe(name: str, array: NDArray[Any]) -> StoredArray:
    return StoredArray(array_file(name), array.shape, str(dtype_to_descr(array.dtype)))


def store_array(path: Path, array: NDArray[Any]) -> StoredFile:
    """Writes C-contiguous numbers, synced. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        hashed = _Hashed(handle)
        write_array(hashed, np.asarray(array, order="C"), allow_pickle=False)
        handle.flush()
        os.fsync(handle.fileno())
    return hashed.stored()


def map_array(path: Path, stored: StoredArray) -> NDArray[Any]:
    """A read-only view of the file. Raises ValueError when it is not the array it should be."""
    try:
        array = np.asarray(open_memmap(path, mode="r"))
    except Exception as error:  # a damaged header makes numpy raise almost anything
        raise ValueError(f"not a readable array: {error}") from error
    found = (array.shape, str(dtype_to_descr(array.dtype)))
    if found != (stored.shape, stored.dtype):
        raise ValueError(f"{found[1]} of shape {found[0]}, should be {stored.dtype} of shape {stored.shape}")
    return array


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
