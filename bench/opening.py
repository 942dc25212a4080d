"""Opening: how long a new process takes from a bundle on disk to its first slate, checksums apart."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.bundle import Registry, warm
from models.engine import Engine
from models.model import Model
from models.placements import default_placements
from models.query import Query
from recsvc.settings import Settings


@dataclass(frozen=True, slots=True)
class Opening:
    """Seconds until the first slate, and those that the service then spends on touching pages before it serves."""

    first_slate_s: float
    warm_s: float


def opening(registry: Path, *, cold: bool) -> Opening:
    """In a process of its own; `cold`: the bundle's files are not in memory."""
    if cold:
        _forget(registry)
    command = [sys.executable, "-m", "bench.opening", str(registry)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[1])
    return msgspec.json.decode(done.stdout, type=Opening)


def measured(registry: Path) -> Opening:
    began = time.perf_counter()
    bundle = Registry(registry).open_current()
    engine = Engine(Model.open(bundle), default_placements())
    customer = engine.model.customers.id(len(engine.model.customers) // 2)
    engine.recommend(Query("home", customer_id=customer))
    answered = time.perf_counter()
    warm(bundle, Settings(registry=registry).warm_bytes)
    return Opening(answered - began, time.perf_counter() - answered)


def _forget(registry: Path) -> None:
    """Asks the kernel to drop the bundle's pages; they are on the disk, so nothing is lost."""
    for path in registry.rglob("*.npy"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(measured(Path(sys.argv[1]))))
