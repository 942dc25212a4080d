"""The thread that repeats a task."""

from __future__ import annotations

import threading

import pytest

from recsvc.watcher import Watcher

PATIENCE_S = 30


def test_the_task_runs_at_once_and_again_even_after_it_failed(caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []
    thrice = threading.Event()

    def task() -> None:
        runs.append(len(runs))
        if len(runs) == 3:
            thrice.set()
        raise RuntimeError("not this time")

    watcher = Watcher("test", task, 0.01)
    watcher.start()
    assert thrice.wait(PATIENCE_S)
    watcher.stop()
    assert "test failed" in caplog.text
    after = len(runs)
    assert not threading.Event().wait(0.05)
    assert len(runs) == after
