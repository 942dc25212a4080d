"""A process to be killed: `run_registry.py REGISTRY ACTION [PHASE]` reports a phase and waits there for its end.

`publish` publishes the current bundle's arrays again as v3, `rollback` and `prune` do so; `lock` holds the lock;
`churn` publishes, rolls back and prunes for ever.
"""

from __future__ import annotations

import datetime as dt
import signal
import sys
from collections.abc import Callable

from msgspec.structs import replace

from models.bundle import Phase, Registry, new_version, write_bundle


def publish(registry: Registry, version: str) -> None:
    bundle = registry.open_current()
    with registry.staging() as directory:
        write_bundle(directory, bundle.arrays, replace(bundle.manifest, version=version))
        registry.publish(directory)


def hold_lock(registry: Registry) -> None:
    with registry.lock():
        report("locked")


def churn(registry: Registry) -> None:
    print("ready", flush=True)
    while True:
        publish(registry, new_version(dt.datetime.now(dt.UTC)))
        publish(registry, new_version(dt.datetime.now(dt.UTC)))
        registry.rollback()
        registry.prune(keep=1)


def report(phase: str) -> None:
    print(phase, flush=True)
    signal.pause()


ACTIONS: dict[str, Callable[[Registry], object]] = {
    "publish": lambda registry: publish(registry, "v3"),
    "rollback": lambda registry: registry.rollback(),
    "prune": lambda registry: registry.prune(keep=1),
    "lock": hold_lock,
    "churn": churn,
}


def main(path: str, action: str, stop_at: str | None = None) -> None:
    def stop(phase: Phase) -> None:
        if phase == stop_at:
            report(phase)

    ACTIONS[action](Registry(path, on_phase=stop))


if __name__ == "__main__":
    main(*sys.argv[1:])
