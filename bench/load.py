"""Load: as many requests as a server answers, by wrk, on the loopback and for a bounded time."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.cores import load_core, pinned
from bench.servers import HOST, Server

SCRIPT = Path(__file__).with_name("load.lua")
SYSTEM_PACKAGES = Path(__file__).parents[1] / "bin" / "system-packages"
CONNECTIONS = 16
LONGEST_S = 60


class LoadError(Exception):
    """A run that measured nothing: requests failed, or the load generator did."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run saw; latencies are those of the requests answered."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def ensure_wrk() -> None:
    """Installs Debian's wrk as root; anyone else is told the one command. Raises LoadError."""
    if shutil.which("wrk") is None and subprocess.run([SYSTEM_PACKAGES, "wrk"], check=False).returncode:
        raise LoadError("the load generator wrk is missing")


def full_load(server: Server, paths: Sequence[str], seconds: int, seed: int = 1) -> Load:
    """Random ones of `paths` over connections that always wait for an answer. Raises LoadError."""
    if not 1 <= seconds <= LONGEST_S:
        raise LoadError(f"a run takes 1 to {LONGEST_S} seconds, not {seconds}")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as questions:
        questions.write("\n".join(paths))
        questions.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT)]
        command += [part for name, value in server.headers.items() for part in ("-H", f"{name}: {value}")]
        command += [f"http://{HOST}:{server.port}", "--", questions.name, str(seed)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 30, preexec_fn=pinned(load_core()), check=False
        )
    return checked(_figures(done.stdout, done.stderr))


def checked(load: Load) -> Load:
    """Raises LoadError unless every request was answered, and answered well."""
    if load.errors or not load.requests:
        raise LoadError(f"{load.errors} of {load.requests} requests failed")
    return load


def _figures(output: str, errors: str) -> Load:
    last = output.splitlines()[-1] if output else ""
    try:
        return msgspec.json.decode(last, type=Load)
    except msgspec.DecodeError as error:
        raise LoadError(f"wrk told no figures: {errors or output}") from error
