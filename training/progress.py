"""Progress: what a run tells whoever watches it: a bar on a terminal, log lines elsewhere."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self, TextIO

from rich import progress as bars
from rich.console import Console

logger = logging.getLogger("training")


class Progress:
    """One step after the other; each ends when the next begins. Everything is logged to `training`, and not shown.

    `seconds`: how long each finished step, and each piece of one, took.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._part = ""
        self._name: str | None = None
        self._started = 0.0

    def step(self, name: str, total: float | None = None) -> None:
        """Begins a step; `total`: how much `advance` will add up to, None where nobody knows."""
        self._end()
        name = self._part + name
        self._name, self._started = name, time.monotonic()
        logger.info("%s ...", name)
        self._show(name, total)

    @contextlib.contextmanager
    def within(self, part: str) -> Iterator[None]:
        """Steps of the block are named `part: step`."""
        outer, self._part = self._part, f"{self._part}{part}: "
        try:
            yield
        finally:
            self._part = outer

    @contextlib.contextmanager
    def piece(self, name: str) -> Iterator[None]:
        """One piece of the current step, which several threads may work on side by side."""
        name, started = self._part + name, time.monotonic()
        yield
        self._took(name, time.monotonic() - started)

    def advance(self, amount: float = 1.0) -> None:
        """This much more of the current step is done."""

    def note(self, text: str) -> None:
        """Something that the reader of the log should know."""
        logger.info("%s", text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._end()

    def _end(self) -> None:
        if self._name is not None:
            self._took(self._name, time.monotonic() - self._started)
            self._name = None

    def _took(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        logger.info("%s: %.1f s", name, seconds)

    def _show(self, name: str, total: float | None) -> None:
        """Draws the beginning of a step."""


class LineProgress(Progress):
    """Log lines on a stream."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._handler = logging.StreamHandler(stream)
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))

    def __enter__(self) -> Self:
        logger.setLevel(logging.INFO)
        logger.addHandler(self._handler)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)
        logger.removeHandler(self._handler)


class TerminalProgress(Progress):
    """A line a step on a terminal, with a bar where the total is known."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._bars = bars.Progress(
            bars.SpinnerColumn(finished_text="[green]✓"),
            bars.TextColumn("{task.description}"),
            bars.BarColumn(bar_width=24),
            bars.TimeElapsedColumn(),
            console=Console(file=stream),
        )
        self._task: bars.TaskID | None = None

    def advance(self, amount: float = 1.0) -> None:
        if self._task is not None:
            self._bars.advance(self._task, amount)

    def note(self, text: str) -> None:
        super().note(text)
        self._bars.console.print(f"  {text}", highlight=False, markup=False)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)
        self._bars.stop()

    def _show(self, name: str, total: float | None) -> None:
        self._task = self._bars.add_task(name, total=total)

    def _end(self) -> None:
        super()._end()
        if self._task is not None:
            total = self._bars.tasks[self._task].total or 1.0
            self._bars.update(self._task, total=total, completed=total)
            self._task = None


def progress_on(stream: TextIO | None = None) -> Progress:
    """A bar where `stream` (default: standard error) is a terminal, else log lines."""
    stream = stream or sys.stderr
    return TerminalProgress(stream) if stream.isatty() else LineProgress(stream)
