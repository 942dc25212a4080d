"""Servers under gunicorn: the hello-world has the service's settings, and both are measured by the same means."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cores import all_cores, load_core, server_core
from bench.load import Load, LoadError, checked, full_load
from bench.memory import Private, parsed, private_memory
from bench.opening import measured
from bench.questions import slates
from bench.servers import Server, ServerError, _await, hello, service
from bench.serving import HELLO, _check

ROOT = Path(__file__).parents[2]
OWN_SETTINGS = ("config", "wsgi_app", "default_proc_name", "post_worker_init")


def settings_of(configuration: str, directory: Path) -> dict[str, str]:
    environment = os.environ | {"RECSVC_REGISTRY": str(directory), "RECSVC_RUNTIME_DIR": str(directory / "run")}
    command = [sys.executable, "-m", "gunicorn", "--print-config", "-c", f"python:{configuration}"]
    told = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pairs = (line.partition("=") for line in told.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() not in OWN_SETTINGS}


def test_the_hello_world_has_the_services_settings(tmp_path: Path) -> None:
    theirs = settings_of("recsvc.gunicorn_conf", tmp_path)
    assert theirs["worker_class"] == "recsvc.worker.Worker"  # a gthread worker
    assert theirs["preload_app"] == "True"
    assert {name: value.split(" at 0x")[0] for name, value in settings_of("bench.hello_conf", tmp_path).items()} == {
        name: value.split(" at 0x")[0] for name, value in theirs.items()
    }


def test_the_service_answers_full_slates_under_gunicorn(registry: Path, tmp_path: Path) -> None:
    with service(registry, tmp_path, workers=2, cores=all_cores()) as running:
        _check(running, slates(registry, viewing=0.5, count=20))
        assert len(running.workers()) == 2
        assert private_memory(running.workers()[-1]).dirty > 0
        with pytest.raises(ServerError, match="answers 404"):
            _check(running, ["/v1/recommendations/nowhere"])
        assert b'"placement":"home"' in (tmp_path / "server.log").read_bytes()


def test_wrk_counts_answers_and_refuses_failures(registry: Path, tmp_path: Path) -> None:
    with hello(registry, tmp_path, workers=1, cores=server_core()) as running:
        load = full_load(running, HELLO, 1)
        assert load.errors == 0
        assert load.requests > 0
        assert load.rate == load.requests / load.seconds
        with pytest.raises(LoadError, match="requests failed"):
            full_load(running, ["/nowhere"], 1)


def test_a_run_is_bounded() -> None:
    with pytest.raises(LoadError, match="1 to 60 seconds"):
        full_load(Server(1, 0, {}), HELLO, 3_600)


def test_a_run_without_answers_measures_nothing() -> None:
    with pytest.raises(LoadError, match="0 of 0"):
        checked(Load(requests=0, seconds=1.0, p50_ms=0.0, p99_ms=0.0, errors=0))


def test_a_server_that_ends_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("no such registry")
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        with pytest.raises(ServerError, match="no such registry"):
            _await(Server(1, process.pid, {}), process, 1, "/", log)


def test_opening_ends_with_a_slate(registry: Path) -> None:
    assert measured(registry).first_slate_s > 0


def test_private_memory_is_read_from_the_kernels_summary() -> None:
    rollup = "Rss: 90000 kB\nShared_Dirty:  7 kB\nPrivate_Clean:      512 kB\nPrivate_Dirty:     2048 kB\n"
    assert parsed(rollup) == Private(dirty=2.0, clean=0.5)
    assert parsed(rollup).total == 2.5


def test_server_and_load_have_cores_of_their_own_where_there_are_two() -> None:
    assert len(all_cores()) == 1 or server_core() != load_core()
