"""What a run shows: log lines everywhere, bars on a terminal only."""

from __future__ import annotations

import io
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from training.progress import Progress, TerminalProgress, progress_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_every_step_is_logged_when_it_begins_and_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "training"), Progress() as progress:
        progress.step("read order lines", total=2)
        progress.advance()
        progress.step("learn als")
        progress.note("no prices")
    assert [line.split(": ")[0] for line in caplog.messages] == [
        "read order lines ...",
        "read order lines",
        "learn als ...",
        "no prices",
        "learn als",
    ]


def test_a_step_that_failed_is_not_logged_as_done(caplog: pytest.LogCaptureFixture) -> None:
    def broken_run() -> None:
        with Progress() as progress:
            progress.step("learn als")
            raise KeyError

    with caplog.at_level(logging.INFO, "training"), pytest.raises(KeyError):
        broken_run()
    assert caplog.messages == ["learn als ..."]


def test_a_terminal_sees_steps_and_notes() -> None:
    stream = Terminal()
    with progress_on(stream) as progress:
        assert isinstance(progress, TerminalProgress)
        progress.step("read order lines", total=4)
        progress.advance(4)
        progress.note("3 rows [rejected]")
        progress.step("learn als")
    shown = stream.getvalue()
    assert "read order lines" in shown
    assert "3 rows [rejected]" in shown
    assert "learn als" in shown


def test_a_pipe_gets_log_lines() -> None:
    stream = io.StringIO()
    with progress_on(stream) as progress:
        progress.step("learn als")
        progress.note("3 rows rejected")
    progress.note("nobody watches any more")
    lines = [line.partition(" ")[2] for line in stream.getvalue().splitlines()]
    assert lines == ["learn als ...", "3 rows rejected", "learn als: 0.0 s"]


def test_steps_are_timed_and_named_after_their_part() -> None:
    with Progress() as progress:
        progress.step("load")
        with progress.within("floors"), progress.within("again"):
            progress.step("learn als")
        progress.step("learn als")
    assert list(progress.seconds) == ["load", "floors: again: learn als", "learn als"]


def test_pieces_of_a_step_are_timed_whoever_works_on_them() -> None:
    with Progress() as progress, progress.within("bundle"), ThreadPoolExecutor(2) as pool:
        progress.step("learn methods", 2)

        def work(name: str) -> None:
            with progress.piece(name):
                pass

        list(pool.map(work, ["learn als", "learn basket"]))
    assert sorted(progress.seconds) == ["bundle: learn als", "bundle: learn basket", "bundle: learn methods"]
