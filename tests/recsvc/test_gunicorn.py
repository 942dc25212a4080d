"""The whole service as it runs: recsvc serve, gunicorn, two workers, real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.services import Running, answers, running
from tests.waiting import PATIENCE_S, until

RISE = 1_000


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts the service over a registry; all that were started are stopped at the end."""
    with contextlib.ExitStack() as started:
        yield lambda registry, **more: started.enter_context(running(registry, tmp_path, **more))


@pytest.fixture
def service(start: Callable[..., Running], registry: Path) -> Running:
    return start(registry)


def test_new_bundles_are_swapped_in_without_one_failed_or_mixed_request(
    service: Running, publish_again: Callable[..., str]
) -> None:
    seen: list[tuple[int, frozenset[str], frozenset[int]]] = []
    enough = threading.Event()
    body = json.dumps({"requests": [{"placement": name} for name in ("home", "trending", "new_arrivals")]})
    headers = {"Authorization": f"Bearer {service.key}", "Content-Type": "application/json"}

    def ask() -> None:
        connection = service.connect()
        while not enough.is_set():
            connection.request("POST", "/v1/recommendations:batch", body, headers)
            answer = connection.getresponse()
            results = json.loads(answer.read())["results"]
            rises = frozenset(int(item["price"] // RISE) for result in results for item in result["items"])
            seen.append((answer.status, frozenset(result["model_version"] for result in results), rises))
        connection.close()

    def served(version: str) -> bool:
        return all(versions == {version} for _, versions, _ in seen[-200:])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    _, first = service.get("/readyz")
    generations = {first["model_version"]: 0}
    for generation in range(1, 4):
        version = publish_again(generation * RISE)
        generations[version] = generation
        before = len(seen)
        until(lambda before=before, version=version: len(seen) > before + 200 and served(version))  # type: ignore[misc]
    enough.set()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in seen} == {200}
    assert {frozenset({generations[version] for version in versions}) for _, versions, _ in seen} == {
        frozenset({generation}) for generation in range(4)
    }
    assert all({generations[version] for version in versions} == rises for _, versions, rises in seen)


def test_without_a_bundle_it_is_not_ready_and_then_it_is(
    start: Callable[..., Running], tmp_path: Path, registry: Path
) -> None:
    service = start(tmp_path / "empty")
    assert service.get("/readyz")[0] == 503
    assert service.get("/v1/recommendations/home")[0] == 503
    registry.rename(tmp_path / "empty")
    until(lambda: all(service.get("/readyz")[0] == 200 for _ in range(20)))
    assert service.get("/v1/recommendations/home")[0] == 200


def test_metrics_are_those_of_all_workers(service: Running) -> None:
    connections = [service.connect() for _ in range(8)]
    for _ in range(10):
        for connection in connections:
            assert service.get("/v1/recommendations/home", connection)[0] == 200
    for connection in connections:
        connection.close()
    _, exposition = service.get("/metrics")
    totals = {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(exposition.decode())
        for sample in family.samples
        if sample.name == "recsvc_requests_total"
    }
    assert totals["/v1/recommendations/<placement>", "200"] == 80


def test_a_revoked_key_stops_working_in_every_worker(service: Running) -> None:
    assert service.get("/v1/model")[0] == 200
    (key,) = service.keys.all()
    service.keys.revoke(key.id)
    until(lambda: all(service.get("/v1/model")[0] == 401 for _ in range(20)))


def test_a_killed_worker_is_replaced_by_one_that_serves_the_current_bundle(
    service: Running, publish_again: Callable[..., str]
) -> None:
    version = publish_again()
    until(lambda: all(service.get("/readyz")[1]["model_version"] == version for _ in range(20)))
    before = service.workers()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(set(service.workers()) - set(before)) == 2 and answers(service))
    until(lambda: all(service.get("/readyz")[1]["model_version"] == version for _ in range(20)))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_it_stops_cleanly_and_leaves_no_counters(service: Running, how: signal.Signals) -> None:
    assert service.get("/v1/recommendations/home")[0] == 200
    assert list(service.runtime_dir.glob("counters-*"))
    service.process.send_signal(how)
    assert service.process.wait(PATIENCE_S) == 0
    assert list(service.runtime_dir.glob("counters-*")) == []


def test_counters_that_a_killed_service_left_are_cleared_away(start: Callable[..., Running], registry: Path) -> None:
    killed = start(registry)
    left = killed.runtime_dir / f"counters-{killed.process.pid}"
    workers = killed.workers()
    killed.process.kill()
    killed.process.wait()
    assert left.is_dir()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    start(registry)
    assert not left.exists()


@pytest.mark.parametrize(
    "sent",
    [b"GARBAGE\r\n\r\n", b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n"],
    ids=["no request", "too long", "bad header"],
)
def test_broken_http_is_a_problem_too(service: Running, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", service.port), PATIENCE_S) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        problem = json.loads(answer.read())
    assert answer.status == problem["status"] == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-ID"] == problem["request_id"]


def test_every_line_of_the_log_is_json_and_none_names_a_customer(service: Running) -> None:
    service.get("/v1/recommendations/home?customer_id=c0003")
    service.get("/v1/recommendations/home?customer_id=c0003&limit=x")
    service.process.terminate()
    service.process.wait(PATIENCE_S)
    text = service.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"request", "bundle swapped"} <= {line["message"] for line in lines}
    assert [line["status"] for line in lines if line["message"] == "request" and "<placement>" in line["route"]] == [
        200,
        400,
    ]
    assert "c0003" not in text
    assert service.key not in text


def test_mistyped_settings_are_told(start: Callable[..., Running], registry: Path) -> None:
    service = start(registry, RECSVC_PROT="80")
    assert "RECSVC_PROT is not a setting; did you mean 'RECSVC_PORT'?" in service.log.read_text()


def test_wrong_settings_stop_gunicorn_with_every_fault_and_no_traceback(registry: Path) -> None:
    environment = os.environ | {"RECSVC_REGISTRY": str(registry), "RECSVC_PORT": "x", "RECSVC_WORKERS": "x"}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:recsvc.gunicorn_conf"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ran.returncode == 1
    assert len(ran.stderr.strip().splitlines()) == 2
