"""The whole service as it runs: recsvc serve, gunicorn, two workers, real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from recsvc.settings import Secret, beside
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.store import open_state
from tests.waiting import PATIENCE_S, until


@dataclass
class Running:
    """A running service and a server key for it."""

    process: subprocess.Popen[bytes]
    port: int
    state: Engine
    key: str
    log: Path
    runtime_dir: Path

    @property
    def keys(self) -> Keys:
        return Keys(self.state)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def get(self, path: str, connection: http.client.HTTPConnection | None = None) -> tuple[int, Any]:
        used = connection or self.connect()
        used.request("GET", path, headers={"Authorization": f"Bearer {self.key}"})
        answer = used.getresponse()
        body = answer.read()
        if connection is None:
            used.close()
        return answer.status, json.loads(body) if "json" in answer.headers["Content-Type"] else body

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


def answers(service: Running, path: str = "/healthz") -> bool:
    try:
        return service.get(path)[0] == 200
    except OSError:
        return False


@contextlib.contextmanager
def running(registry: Path, folder: Path, **more: str) -> Iterator[Running]:
    """Serves a registry until the end of the block; `folder` takes its log and counters, `more` are settings."""
    port = free_port()
    state = open_state(Secret(beside(registry)))
    require_current(state)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RECSVC_")} | {
        "RECSVC_RELOAD_INTERVAL_S": "0.1",
        "RECSVC_KEYS_INTERVAL_S": "0.1",
        "RECSVC_RUNTIME_DIR": str(folder / "run"),
        **more,
    }
    command = [sys.executable, "-c", "from recsvc.cli import main; main()", "serve", "--registry", str(registry)]
    log = folder / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen([*command, "--port", str(port), "--workers", "2"], env=environment, stderr=stderr)
    try:
        service = Running(process, port, state, Keys(state).create("server", "")[1].reveal(), log, folder / "run")
        until(lambda: answers(service), "an answer of the service")
        yield service
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
