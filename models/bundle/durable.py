"""Files that survive a power cut: what these functions return from is on the disk."""

from __future__ import annotations

import os
from pathlib import Path


def write_synced(path: Path, data: bytes) -> None:
    """Not atomic: write aside, then `rename_synced`. The directory entry is not synced."""
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def rename_synced(source: Path, target: Path) -> None:
    """Atomically, within one directory; replaces a file, not a directory that holds something."""
    source.replace(target)
    sync_directory(target.parent)


def sync_directory(path: Path) -> None:
    """Syncs the names in a directory, not what is in its files."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
