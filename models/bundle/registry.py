"""The registry: the directory where bundles are published, one of them current."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models.bundle.durable import rename_synced, sync_directory, write_synced
from models.bundle.lock import hold
from models.bundle.manifest import Manifest, is_version, read_manifest
from models.bundle.reader import Bundle, open_bundle
from models.errors import BundleDamaged, BundleError, NoBundle

CURRENT = "CURRENT"
# Written before a bundle is moved into place and renamed to CURRENT after, so that a bundle which a killed
# run left between the two is known as unfinished.
PUBLISHING = "PUBLISHING"
ASIDE = ".CURRENT"
STAGING, TRASH = ".staging-", ".trash-"

Phase = Literal[
    "staged",  # a staging directory was made
    "checked",  # publish: the bundle can be opened
    "announced",  # publish: PUBLISHING names the version
    "moved",  # publish: the bundle has its final name
    "published",  # publish: CURRENT names the version
    "verified",  # rollback: the checksums are right
    "prepared",  # rollback: the new CURRENT is written aside
    "rolled_back",  # rollback: CURRENT names the version
    "trashed",  # a bundle has left the registry; its files are still there
    "removed",  # its files are gone
    "recovered",  # what killed runs left has been removed
]


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """One bundle of a registry; `fault` says why it cannot be served, `manifest` is None if it cannot be read."""

    version: str
    current: bool
    manifest: Manifest | None
    fault: str | None

    @property
    def created_at(self) -> dt.datetime | None:
        return self.manifest.created_at if self.manifest else None

    @property
    def size_bytes(self) -> int:
        return self.manifest.size_bytes if self.manifest else 0

    @property
    def headline(self) -> dict[str, Any]:
        """The figures that the evaluation report puts under `headline`."""
        return dict(self.manifest.evaluation.get("headline", {})) if self.manifest else {}


class Registry:
    """Readers only read, so they work on a read-only mount. Writers hold the lock; one object serves one thread.

    A process killed at any moment leaves the registry as it was or with the new bundle published; what else it
    left is removed when the lock is next taken. Versions sort by publication.
    """

    def __init__(self, path: Path | str, on_phase: Callable[[Phase], None] = lambda _: None) -> None:
        """`on_phase` hears of every step that a writer has completed."""
        self.path = Path(path)
        self._bundles = self.path / "bundles"
        self._on_phase = on_phase
        self._locked = False

    def current(self) -> str | None:
        """The version to serve, None before the first publication. Raises BundleError when CURRENT names no bundle."""
        version = self._named_in(CURRENT)
        if version is None or version in self.versions():
            return version
        raise BundleError(f"{self.path / CURRENT} names {version!r}, which {self._bundles} does not have: roll back")

    def versions(self) -> list[str]:
        """Every published version, oldest first."""
        unfinished = self._unfinished()
        names = (entry.name for entry in self._bundles.iterdir()) if self._bundles.is_dir() else ()
        return sorted(name for name in names if is_version(name) and name != unfinished)

    def bundles(self) -> list[BundleInfo]:
        """Every published bundle, newest first, damaged ones too."""
        return [self.inspect(version) for version in reversed(self.versions())]

    def inspect(self, version: str) -> BundleInfo:
        """Raises BundleError when there is no such bundle; a damaged one is described."""
        path = self.path_of(version)
        manifest, fault = None, None
        try:
            manifest = read_manifest(path)
            self.open(version)
        except BundleError as error:
            fault = str(error)
        return BundleInfo(version, version == self._named_in(CURRENT), manifest, fault)

    def path_of(self, version: str) -> Path:
        """Raises BundleError when there is no such bundle."""
        if version not in self.versions():
            raise BundleError(f"{self._bundles} has no bundle {version!r}")
        return self._bundles / version

    def open(self, version: str, *, verify: bool = False) -> Bundle:
        """Raises as `open_bundle`, and BundleError when there is no such bundle."""
        bundle = open_bundle(self.path_of(version), verify=verify)
        if bundle.manifest.version != version:
            raise BundleDamaged(f"{bundle.path}: the manifest is of version {bundle.manifest.version}")
        return bundle

    def open_current(self, *, verify: bool = False) -> Bundle:
        """Raises NoBundle before the first publication, and as `open`."""
        version = self.current()
        if version is None:
            raise NoBundle(f"{self.path} has no current bundle: publish one first")
        return self.open(version, verify=verify)

    def run_directory(self, run: str) -> Path:
        """Makes and returns the directory for the reports of a training run; needs no lock."""
        return self._made(self.path / "runs" / run)

    def prune_runs(self, keep: int) -> None:
        """Removes what all but the newest `keep` runs left; whatever else lies there stays."""
        runs = sorted(path for path in (self.path / "runs").iterdir() if path.is_dir() and is_version(path.name))
        for surplus in runs[:-keep]:
            shutil.rmtree(surplus)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Makes the registry if it is missing; a second entry by this object does nothing.

        Raises RegistryLocked, naming the process, host and time, where another run holds the lock.
        """
        if self._locked:
            yield
            return
        self._made(self._bundles)
        with hold(self.path / "lock"):
            self._locked = True
            try:
                self._recover()
                yield
            finally:
                self._locked = False

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty directory to write a bundle in, under the lock; removed at the end unless it was published."""
        with self.lock():
            directory = self._bundles / f"{STAGING}{secrets.token_hex(8)}"
            directory.mkdir()
            self._on_phase("staged")
            try:
                yield directory
            finally:
                shutil.rmtree(directory, ignore_errors=True)

    def publish(self, staging: Path) -> Manifest:
        """Makes the bundle written in a `staging()` directory the current one.

        Raises as `open_bundle`, and BundleError when its version was published before.
        """
        with self.lock():
            manifest = open_bundle(staging).manifest
            if manifest.version in self.versions():
                raise BundleError(f"{self._bundles} has a bundle {manifest.version!r} already")
            self._on_phase("checked")
            write_synced(self.path / PUBLISHING, manifest.version.encode())
            sync_directory(self.path)
            self._on_phase("announced")
            rename_synced(staging, self._bundles / manifest.version)
            self._on_phase("moved")
            rename_synced(self.path / PUBLISHING, self.path / CURRENT)
            self._on_phase("published")
        return manifest

    def rollback(self, version: str | None = None) -> str:
        """Makes `version`, by default the one published before the current, the current one and returns it.

        Raises as `open` when it cannot be served (checksums included), NoBundle when there is none to go back to.
        """
        if not self.versions():
            raise NoBundle(f"{self.path} has no bundles")
        with self.lock():
            target = self._previous() if version is None else version
            if target is None:
                raise NoBundle(f"{self.path} has no bundle before the current one")
            self.open(target, verify=True)
            self._on_phase("verified")
            write_synced(self.path / ASIDE, target.encode())
            self._on_phase("prepared")
            rename_synced(self.path / ASIDE, self.path / CURRENT)
            self._on_phase("rolled_back")
        return target

    def prune(self, keep: int) -> list[str]:
        """Removes all but the newest `keep` bundles, the current one and the one before it; returns the versions."""
        if keep < 1:
            raise ValueError(f"keep must be at least 1: {keep}")
        with self.lock():
            versions = self.versions()
            kept = {*versions[-keep:], self._named_in(CURRENT), self._previous()}
            surplus = [version for version in versions if version not in kept]
            for version in surplus:
                self._remove(version)
        return surplus

    def _made(self, directory: Path) -> Path:
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BundleError(f"{self.path} is no registry that can be written to: {error.strerror}") from error
        return directory

    def _named_in(self, file: str) -> str | None:
        try:
            return (self.path / file).read_text("utf-8", "replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BundleError(f"{self.path / file}: {error.strerror}") from error

    def _previous(self) -> str | None:
        current = self._named_in(CURRENT)
        return max((version for version in self.versions() if current and version < current), default=None)

    def _unfinished(self) -> str | None:
        """The version that a run is publishing, or was when it was killed."""
        version = self._named_in(PUBLISHING)
        # A copy made while a run published may hold both files with the same version.
        return None if version == self._named_in(CURRENT) else version

    def _remove(self, version: str) -> None:
        """A bundle disappears at once, by its name; its files follow. Whoever has it open keeps it."""
        trash = self._bundles / f"{TRASH}{version}"
        rename_synced(self._bundles / version, trash)
        self._on_phase("trashed")
        shutil.rmtree(trash)
        self._on_phase("removed")

    def _recover(self) -> None:
        """Puts away what killed runs left; itself safe to be killed."""
        unfinished = self._unfinished()
        if unfinished is not None and is_version(unfinished) and (self._bundles / unfinished).is_dir():
            self._remove(unfinished)
        for file in (PUBLISHING, ASIDE):
            (self.path / file).unlink(missing_ok=True)
        for leftover in (*self._bundles.glob(f"{STAGING}*"), *self._bundles.glob(f"{TRASH}*")):
            shutil.rmtree(leftover)
        self._on_phase("recovered")
