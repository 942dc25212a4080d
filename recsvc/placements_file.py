"""The placements file: read at the start, and again whenever it has changed and stands still."""

from __future__ import annotations

from pathlib import Path

from models.errors import PlacementError
from models.placements import Placement, default_placements, load_placements

Signature = tuple[int, int, int] | None


class PlacementsFile:
    """The file of a shop, or what is shipped where `path` is None; used by one thread at a time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read_as = self._seen = self._signature()

    def read(self) -> dict[str, Placement]:
        """Raises PlacementError, whose faults name the file."""
        return placements_of(self._path)

    def read_if_changed(self) -> dict[str, Placement] | None:
        """None where there is nothing new. Raises PlacementError, once for each state of the file.

        A file that changed since the last look may still be being written; it is read at the next one.
        """
        before, self._seen = self._seen, self._signature()
        if self._seen == self._read_as or self._seen != before:
            return None
        self._read_as = self._seen
        return self.read()

    def _signature(self) -> Signature:
        """What changes when the file does; None where there is none."""
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            found = None
        return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


def placements_of(path: Path | None) -> dict[str, Placement]:
    """The placements of a file, or those shipped. Raises PlacementError, whose faults name the file."""
    if path is None:
        return default_placements()
    try:
        return load_placements(path.read_text("utf-8"))
    except OSError as error:
        raise PlacementError([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise PlacementError([f"{path}: is not UTF-8"]) from error
    except PlacementError as error:
        raise PlacementError([f"{path}: {fault}" for fault in error.faults]) from error
