"""What has to be set up before numpy and the Prometheus client are imported."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

COUNTERS = "PROMETHEUS_MULTIPROC_DIR"


def pin_threads() -> None:
    """Threads of a numeric library would fight with the workers for the cores."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def make_counters(runtime_dir: Path) -> Path:
    """The directory for the counters that the workers of this process share; clears away those of dead ones.

    Called again by the same process, which is how gunicorn reloads, it keeps what is counted.
    """
    runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = runtime_dir / f"counters-{os.getpid()}"
    for left in runtime_dir.glob("counters-*"):
        is_mine = left == own and os.environ.get(COUNTERS) == str(own)
        is_others = left != own and _is_running(left.name.removeprefix("counters-"))
        if not (is_mine or is_others):
            shutil.rmtree(left, ignore_errors=True)
    own.mkdir(exist_ok=True)
    os.environ[COUNTERS] = str(own)
    return own


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
