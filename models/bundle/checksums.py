"""Checking a bundle's files: lengths at every opening, SHA-256 once on each host."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from models.bundle.lock import hold
from models.bundle.manifest import Manifest, StoredFile, encode, read_manifest
from models.errors import BundleDamaged


def check_sizes(path: Path, manifest: Manifest) -> None:
    """Raises BundleDamaged with every file that is missing or of another length."""
    refuse(path, list(_size_faults(path, manifest)))


def verify_bundle(path: Path) -> Manifest:
    """Reads every file. Raises BundleDamaged with every file at fault, or as `read_manifest`."""
    manifest = read_manifest(path)
    check_sizes(path, manifest)
    refuse(path, [f"{name}: checksum differs" for name, file in manifest.files.items() if _differs(path / name, file)])
    return manifest


def verify_once(path: Path, markers: Path) -> None:
    """As `verify_bundle`, but only where no process of this host has verified these very files before.

    `markers`: a directory of this host that only the service writes; of processes that come together one verifies.
    """
    manifest = read_manifest(path)
    check_sizes(path, manifest)
    marker = markers / f"{manifest.version}-{_fingerprint(path, manifest)}"
    if marker.exists():
        return
    markers.mkdir(parents=True, exist_ok=True)
    with hold(markers / "lock", wait=True):
        if not marker.exists():
            verify_bundle(path)
            marker.touch()


def refuse(path: Path, faults: list[str]) -> None:
    """Raises BundleDamaged if there is any fault."""
    if faults:
        raise BundleDamaged(f"{path}: {'; '.join(faults)}")


def _size_faults(path: Path, manifest: Manifest) -> Iterator[str]:
    for name, file in manifest.files.items():
        try:
            found = (path / name).stat().st_size
        except OSError as error:
            yield f"{name}: {error.strerror}"
        else:
            if found != file.bytes:
                yield f"{name}: {found} bytes, should be {file.bytes}"


def _differs(path: Path, stored: StoredFile) -> bool:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest() != stored.sha256


def _fingerprint(path: Path, manifest: Manifest) -> str:
    """Another one once the manifest or, as far as its inode tells, any file has changed."""
    digest = hashlib.sha256(os.fsencode(path.resolve()) + encode(manifest))
    for name in manifest.files:
        status = (path / name).stat()
        digest.update(f"{status.st_ino} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
