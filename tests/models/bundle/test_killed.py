"""kill -9 at every step of a writer: the registry is as before or complete, and the next run works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

import models.bundle
from models.bundle import Manifest, Registry, verify_bundle, write_bundle
from models.catalogue import Arrays
from models.errors import RegistryLocked

Publish = Callable[[str], None]
State = tuple[str | None, list[str]]
SCRIPT = Path(__file__).with_name("run_registry.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(models.bundle.__file__).parents[2])}

BEFORE: State = ("v2", ["v0", "v1", "v2"])
PUBLISHED: State = ("v3", ["v0", "v1", "v2", "v3"])
ROLLED_BACK: State = ("v1", ["v0", "v1", "v2"])
PRUNED: State = ("v2", ["v1", "v2"])
# Every phase of every action in its order, and the registry that a kill there leaves behind.
PHASES: dict[str, dict[str, State]] = {
    "publish": {
        "recovered": BEFORE,
        "staged": BEFORE,
        "checked": BEFORE,
        "announced": BEFORE,
        "moved": BEFORE,
        "published": PUBLISHED,
    },
    "rollback": {"recovered": BEFORE, "verified": BEFORE, "prepared": BEFORE, "rolled_back": ROLLED_BACK},
    "prune": {"recovered": BEFORE, "trashed": PRUNED, "removed": PRUNED},
}
KILLS = [(action, phase) for action, phases in PHASES.items() for phase in phases]


@pytest.fixture
def filled(registry: Registry, publish: Publish) -> Registry:
    for version in BEFORE[1]:
        publish(version)
    return registry


@contextmanager
def process(registry: Registry, *arguments: str) -> Iterator[str]:
    """Runs to the first report, which it gives, and is killed at the end of the block."""
    command = [sys.executable, str(SCRIPT), str(registry.path), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.kill()
    assert running.returncode == -signal.SIGKILL


def state(registry: Registry) -> State:
    """What a reader sees; every bundle of it is whole."""
    for version in registry.versions():
        verify_bundle(registry.path_of(version))
    return registry.current(), registry.versions()


def names(registry: Registry) -> set[str]:
    return {path.name for directory in ("", "bundles") for path in (registry.path / directory).iterdir()}


@pytest.mark.parametrize(("action", "phase"), KILLS)
def test_a_kill_at_any_phase_leaves_the_registry_as_before_or_complete(
    filled: Registry, publish: Publish, action: str, phase: str
) -> None:
    with process(filled, action, phase) as reached:
        assert reached == phase
    assert state(filled) == PHASES[action][phase]
    publish("v4")
    assert state(filled) == ("v4", [*PHASES[action][phase][1], "v4"])
    assert names(filled) == {"CURRENT", "bundles", "lock", *filled.versions()}


@pytest.mark.parametrize("phase", ["trashed", "removed", "recovered"])
def test_a_kill_while_recovering_from_a_kill_changes_nothing(filled: Registry, publish: Publish, phase: str) -> None:
    with process(filled, "publish", "moved") as reached:
        assert reached == "moved"
    with process(filled, "rollback", phase) as reached:
        assert reached == phase
    assert state(filled) == BEFORE
    publish("v3")
    assert state(filled) == PUBLISHED


def test_no_phase_is_missing_from_the_kills(filled: Registry, arrays: Arrays, manifest: Manifest) -> None:
    seen: list[str] = []
    watched = Registry(filled.path, on_phase=seen.append)
    watched.prune(keep=1)
    assert seen == list(PHASES["prune"])
    seen.clear()
    watched.rollback()
    assert seen == list(PHASES["rollback"])
    seen.clear()
    with watched.staging() as directory:
        write_bundle(directory, arrays, replace(manifest, version="v3"))
        watched.publish(directory)
    assert seen == list(PHASES["publish"])


def test_readers_see_the_bundle_before_while_a_run_publishes(filled: Registry) -> None:
    with process(filled, "publish", "moved") as reached:
        assert reached == "moved"
        assert state(filled) == BEFORE


def test_another_process_is_told_who_holds_the_lock_and_a_kill_frees_it(filled: Registry, publish: Publish) -> None:
    with process(filled, "lock") as reached:
        assert reached == "locked"
        with pytest.raises(RegistryLocked, match=r"held by process \d+ on .* since "):
            publish("v3")
        assert state(filled) == BEFORE
    publish("v3")
    assert state(filled) == PUBLISHED


def test_of_two_runs_that_start_together_one_wins_and_the_other_names_it(filled: Registry) -> None:
    command = [sys.executable, str(SCRIPT), str(filled.path), "publish", "staged"]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        for _ in range(2)
    ]
    try:
        deadline = time.monotonic() + 60
        while all(run.poll() is None for run in runs) and time.monotonic() < deadline:
            time.sleep(0.05)
        (loser,) = [run for run in runs if run.poll() is not None]
        (winner,) = [run for run in runs if run is not loser]
        assert f"held by process {winner.pid} on " in loser.communicate()[1]
        assert winner.poll() is None
    finally:
        for run in runs:
            run.kill()
            run.communicate()


def test_kills_at_random_times_never_show_half_a_bundle(
    registry: Registry, arrays: Arrays, manifest: Manifest, publish: Publish
) -> None:
    large = {**arrays, "large": np.arange(200_000, dtype=np.int64)}
    with registry.staging() as directory:
        write_bundle(directory, large, replace(manifest, version="20000101T000000Z-first"))
        registry.publish(directory)
    delays = random.Random(7)
    for _ in range(10):
        with process(registry, "churn") as reached:
            assert reached == "ready"
            time.sleep(delays.uniform(0, 0.4))
        current, versions = state(registry)
        assert current in versions
        assert all(np.array_equal(registry.open(version).arrays["large"], large["large"]) for version in versions)
    publish("z")
    assert registry.current() == "z"
