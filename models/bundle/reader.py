"""Opening a bundle: its arrays as read-only views of memory-mapped files, which all workers share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle.checksums import verify_bundle
from models.bundle.manifest import Manifest, StoredArray, read_manifest
from models.bundle.writer import dtype_text
from models.catalogue import Arrays
from models.errors import BundleDamaged

PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Bundle:
    """One opened bundle; it stays readable after its directory was removed."""

    path: Path
    manifest: Manifest
    arrays: Arrays


def open_bundle(path: Path, *, verify: bool = False) -> Bundle:
    """Checks that every file is there, as long as it must be, and that array headers are as promised.

    `verify`: reads everything to check the SHA-256 too. Raises BundleDamaged, naming every file at fault, or BundleTooNew.
    """
    manifest = verify_bundle(path) if verify else read_manifest(path)
    faults = sizes_at_fault(path, manifest)
    ...
