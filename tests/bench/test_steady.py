"""The steady load asks when a request is due, counts its waiting, and fails when an answer does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bench.load import LoadError
from bench.servers import Server
from bench.steady import _Connection, _run, steady_load

PAUSE_S = 0.02
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Serve = Callable[[int], Server]


class Listener(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200
    hangs_up = False
    callers: ClassVar[list[int]] = []

    def do_GET(self) -> None:
        self.callers.append(self.client_address[1])
        if self.hangs_up:
            self.close_connection = True
            return
        time.sleep(PAUSE_S if self.path == "/slow" else 0)
        self.send_response(self.status)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hel")
        self.wfile.flush()
        self.wfile.write(b"lo")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    running = Listener(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()

    def with_status(status: int) -> Server:
        monkeypatch.setattr(Handler, "status", status)
        return Server(running.server_port, 0, {"X-Key": "k"})

    yield with_status
    running.shutdown()
    thread.join()
    running.server_close()


def test_every_request_is_sent_and_answered(serve: Serve) -> None:
    load = steady_load(serve(200), ["/", "/other"], rate=50, seconds=1)
    assert (load.requests, load.errors) == (50, 0)
    assert 0 < load.p50_ms <= load.p99_ms


def test_waiting_for_a_free_connection_counts(serve: Serve) -> None:
    with _Connection(serve(200).port) as only:
        load = _run([only], [0.0] * 5, [REQUEST.replace(b"/ ", b"/slow ", 1)] * 5)
    assert load.p50_ms >= 3 * PAUSE_S * 1e3
    assert load.p99_ms > 4 * PAUSE_S * 1e3


def test_connections_take_turns(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "callers", [])
    with ExitStack() as stack:
        opened = [stack.enter_context(_Connection(serve(200).port)) for _ in range(3)]
        _run(opened, [0.0, PAUSE_S, 2 * PAUSE_S], [REQUEST] * 3)
    assert len(set(Handler.callers)) == 3


def test_an_answer_that_is_no_success_fails_the_run(serve: Serve) -> None:
    with pytest.raises(LoadError, match="20 of 20 requests failed"):
        steady_load(serve(503), ["/"], rate=20, seconds=1)


def test_a_server_that_hangs_up_fails_the_run(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "hangs_up", True)
    with pytest.raises(LoadError, match="closed a connection"):
        steady_load(serve(200), ["/"], rate=20, seconds=1)


def test_answers_that_never_come_fail_the_run(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.steady.GRACE_S", PAUSE_S / 10)
    with _Connection(serve(200).port) as only, pytest.raises(LoadError, match="never answered"):
        _run([only], [0.0], [REQUEST.replace(b"/ ", b"/slow ", 1)])


@pytest.mark.parametrize(("rate", "seconds"), [(0, 1), (100_000, 60)])
def test_a_run_is_bounded(rate: int, seconds: int) -> None:
    with pytest.raises(LoadError, match="a run has 1 to"):
        steady_load(Server(1, 0, {}), ["/"], rate=rate, seconds=seconds)
