"""A lock that names its holder and that the system frees when the holder dies."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import BundleError, RegistryLocked

_SIGNING_S = 0.5


@contextmanager
def hold(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Holds the lock file `path` for the block. Not to be entered twice.

    Raises RegistryLocked, naming the holder, where another holds it and `wait` is off; BundleError where
    the file cannot be locked, as on a read-only mount.
    """
    try:
        handle = path.open("a", encoding="utf-8")
    except OSError as error:
        raise BundleError(f"{path} cannot be locked: {error.strerror}") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise RegistryLocked(f"{path} is held by {_holder(path)}") from None
        started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        handle.truncate(0)
        handle.write(f"process {os.getpid()} on {socket.gethostname()} since {started}")
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
            # Closing would not do: a forked child may still have the file open.
            fcntl.flock(handle, fcntl.LOCK_UN)


def _holder(path: Path) -> str:
    """A holder signs just after it locks, so an empty file is worth a short wait."""
    deadline = time.monotonic() + _SIGNING_S
    while not (text := path.read_text("utf-8")) and time.monotonic() < deadline:
        time.sleep(0.01)
    return text or "a process that has not signed"
