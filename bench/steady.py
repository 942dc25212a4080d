"""Steady load: so many requests a second whatever the server does, each timed from the moment it was due.

Closed-loop generators wait for a slow answer before they ask again, and so leave out the very requests that would
have been slow (coordinated omission). Here a request that finds no free connection waits, and its wait counts.
"""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import numpy as np

from bench.load import Load, LoadError, checked
from bench.servers import HOST, Server

CONNECTIONS = 32
MOST_REQUESTS = 200_000
# How long after the last request was due its answer may come.
GRACE_S = 10.0
HEAD_END = b"\r\n\r\n"


def steady_load(server: Server, paths: Sequence[str], *, rate: int, seconds: int, seed: int = 1) -> Load:
    """Random ones of `paths` at the moments of a Poisson process: customers do not take turns. Raises LoadError."""
    count = rate * seconds
    if not 0 < count <= MOST_REQUESTS:
        raise LoadError(f"a run has 1 to {MOST_REQUESTS} requests, not {count}")
    rng = np.random.default_rng(seed)
    due = np.cumsum(rng.exponential(1 / rate, count)).tolist()
    head = "".join(f"{name}: {value}\r\n" for name, value in server.headers.items())
    asked = [
        f"GET {paths[number]} HTTP/1.1\r\nHost: {HOST}\r\n{head}\r\n".encode()
        for number in rng.integers(0, len(paths), count).tolist()
    ]
    with ExitStack() as stack:
        opened = [stack.enter_context(_Connection(server.port)) for _ in range(min(CONNECTIONS, count))]
        return checked(_run(opened, due, asked))


def _run(opened: list[_Connection], due: list[float], asked: list[bytes]) -> Load:
    """The connection that has waited longest is next: the last one used would be the same few again and again, and

    all requests with them at the one worker that happened to accept those.
    """
    idle = deque(opened)
    began, errors = time.perf_counter(), 0
    latencies: list[float] = []
    waiting: Iterator[tuple[float, bytes]] = iter(zip(due, asked, strict=True))
    following = next(waiting, None)
    busy: dict[_Connection, float] = {}
    while following or busy:
        now = time.perf_counter() - began
        while following and idle and following[0] <= now:
            connection = idle.popleft()
            connection.send(following[1])
            busy[connection] = following[0]
            following = next(waiting, None)
        if now > due[-1] + GRACE_S:
            raise LoadError(f"{len(due) - len(latencies)} requests were never answered")
        pause = max(0.0, following[0] - now) if following and idle else GRACE_S
        for connection in select.select(busy, (), (), pause)[0]:
            status = connection.receive()
            if status is not None:
                latencies.append(time.perf_counter() - began - busy.pop(connection))
                errors += status != b"200"
                idle.append(connection)
    p50, p99 = np.percentile(latencies, [50, 99]) * 1e3
    return Load(len(latencies), time.perf_counter() - began, float(p50), float(p99), errors)


class _Connection:
    """One kept-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=GRACE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)

    def receive(self) -> bytes | None:
        """Reads what there is; the status once the answer is whole. Raises LoadError when the server hangs up."""
        more = self._socket.recv(65_536)
        if not more:
            raise LoadError("the server closed a connection")
        self._received += more
        head, end, body = self._received.partition(HEAD_END)
        if not end or len(body) < _content_length(head):
            return None
        self._received = b""
        return head[9:12]


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise LoadError("an answer has no Content-Length")
