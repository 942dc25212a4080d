"""Checksums are verified once on each host, and again when a file has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import models.bundle
from models.bundle import verify_once
from models.errors import BundleDamaged

ROOT = Path(models.bundle.__file__).parents[2]
ITEMS = "methods/als/items.npy"


def damage_unseen(path: Path) -> None:
    """Changes a byte of the file, and neither its length, its inode nor its time."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_verified_bundle_is_not_read_again(bundle_path: Path, tmp_path: Path) -> None:
    verify_once(bundle_path, tmp_path / "markers")
    damage_unseen(bundle_path / ITEMS)
    verify_once(bundle_path, tmp_path / "markers")
    with pytest.raises(BundleDamaged, match=ITEMS):
        verify_once(bundle_path, tmp_path / "markers of another host")


def test_a_file_changed_since_is_found(bundle_path: Path, tmp_path: Path) -> None:
    verify_once(bundle_path, tmp_path / "markers")
    content = bytearray((bundle_path / ITEMS).read_bytes())
    content[-1] ^= 1
    (bundle_path / ITEMS).write_bytes(content)
    with pytest.raises(BundleDamaged, match=ITEMS):
        verify_once(bundle_path, tmp_path / "markers")


def test_a_damaged_bundle_is_refused_every_time(bundle_path: Path, tmp_path: Path) -> None:
    damage_unseen(bundle_path / ITEMS)
    for _ in range(2):
        with pytest.raises(BundleDamaged, match=ITEMS):
            verify_once(bundle_path, tmp_path / "markers")


def test_a_bundle_with_a_missing_file_is_refused_even_when_verified_before(bundle_path: Path, tmp_path: Path) -> None:
    verify_once(bundle_path, tmp_path / "markers")
    (bundle_path / ITEMS).unlink()
    with pytest.raises(BundleDamaged, match=ITEMS):
        verify_once(bundle_path, tmp_path / "markers")


WORKER = """
import sys
from pathlib import Path
from models.bundle import checksums

read = checksums.verify_bundle
def counted(path):
    print("verified", flush=True)
    return read(path)
checksums.verify_bundle = counted
sys.stdin.readline()
checksums.verify_once(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_of_workers_that_come_together_one_verifies(bundle_path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(bundle_path), str(tmp_path / "markers")]
    workers = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate()[0] for worker in workers]
    assert sorted(answers) == ["", "", "verified\n"]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
