"""Servers: the service and the hello-world under gunicorn on a free port of the loopback, for one measurement."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cores import pinned
from recsvc.settings import Secret
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.store import open_state

HOST = "127.0.0.1"
STARTS_WITHIN_S = 120
STOPS_WITHIN_S = 20


class ServerError(Exception):
    """A server did not start, or did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `headers` are sent with every request, `pid` is gunicorn's parent process."""

    port: int
    pid: int
    headers: dict[str, str]

    def workers(self) -> list[int]:
        """The process numbers of its workers, the last started last."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sorted(map(int, children))

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def key_for(directory: Path) -> tuple[Secret, str]:
    """The URL of new live state in the directory, and a server key in it."""
    url = Secret(f"sqlite:///{directory}/state.sqlite")
    engine = open_state(url)
    require_current(engine)
    return url, Keys(engine).create("server", "bench")[1].reveal()


@contextmanager
def service(registry: Path, directory: Path, *, workers: int, cores: Sequence[int]) -> Iterator[Server]:
    """The whole service over a registry, with a server key, its log in a file and its metrics on."""
    directory.mkdir(parents=True, exist_ok=True)
    state, key = key_for(directory)
    environment = _environment(registry, directory, workers) | {"RECSVC_STATE_URL": state.reveal()}
    headers = {"Authorization": f"Bearer {key}"}
    with _running("recsvc.gunicorn_conf", environment, directory, cores, headers, "/readyz") as server:
        yield server


@contextmanager
def hello(registry: Path, directory: Path, *, workers: int, cores: Sequence[int]) -> Iterator[Server]:
    """The hello-world; the registry is only there because the service's settings ask for one."""
    directory.mkdir(parents=True, exist_ok=True)
    with _running("bench.hello_conf", _environment(registry, directory, workers), directory, cores, {}, "/") as server:
        yield server


def _environment(registry: Path, directory: Path, workers: int) -> dict[str, str]:
    """Nothing of the caller's own settings gets in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RECSVC_", "PROMETHEUS_"))}
    return inherited | {
        "RECSVC_REGISTRY": str(registry),
        "RECSVC_RUNTIME_DIR": str(directory / "run"),
        "RECSVC_HOST": HOST,
        "RECSVC_PORT": str(_free_port()),
        "RECSVC_WORKERS": str(workers),
    }


@contextmanager
def _running(
    configuration: str,
    environment: dict[str, str],
    directory: Path,
    cores: Sequence[int],
    headers: dict[str, str],
    ready: str,
) -> Iterator[Server]:
    command = [sys.executable, "-m", "gunicorn", "-c", f"python:{configuration}"]
    log = directory / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=output,
            stderr=output,
            preexec_fn=pinned(cores),
            cwd=Path(__file__).parents[1],
        )
    try:
        server = Server(int(environment["RECSVC_PORT"]), process.pid, headers)
        _await(server, process, int(environment["RECSVC_WORKERS"]), ready, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: Server, process: subprocess.Popen[bytes], workers: int, ready: str, log: Path) -> None:
    """Until all workers are there and one answers 200. Raises ServerError where they take too long."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.get(ready)[0] == http.client.OK and len(server.workers()) == workers:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise ServerError(f"the server did not start; its log ends:\n{log.read_text(errors='replace')[-2_000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
