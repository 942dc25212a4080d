"""Two processes at one registry: one holds the lock, the other says who does."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from pathlib import Path

import pytest

from models.bundle.lock import hold
from models.errors import BundleError, RegistryLocked


def test_the_loser_names_the_winners_process_host_and_time(tmp_path: Path) -> None:
    winner = re.escape(f"process {os.getpid()} on {socket.gethostname()} since 20")
    with (
        hold(tmp_path / "lock"),
        pytest.raises(RegistryLocked, match=rf"lock is held by {winner}.*\+00:00$"),
        hold(tmp_path / "lock"),
    ):
        pass


def test_the_lock_is_free_after_its_block_and_after_an_error_in_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold(tmp_path / "lock"):
        raise ZeroDivisionError
    with hold(tmp_path / "lock"):
        pass
    assert (tmp_path / "lock").read_text() == ""


def test_a_long_dead_holders_signature_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("process 1 on elsewhere since 2001-01-01T00:00:00+00:00, and more")
    with hold(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text().startswith(f"process {os.getpid()} on")


def test_a_holder_that_has_not_signed_is_said_so(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(RegistryLocked, match="held by a process that has not signed"), hold(tmp_path / "lock"):
            pass


def test_a_lock_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(BundleError, match="missing/lock cannot be locked: No such file"),
        hold(tmp_path / "missing/lock"),
    ):
        pass


def test_the_lock_is_free_after_its_block_though_a_forked_child_has_the_file_open(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path):
        inherited = os.dup(next(fd for fd in open_files() if os.readlink(f"/proc/self/fd/{fd}") == str(path.resolve())))
    try:
        with hold(path):
            pass
    finally:
        os.close(inherited)


def open_files() -> list[int]:
    """All but the one that listing them opens."""
    return [int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]
