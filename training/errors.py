"""Everything that the trainer raises on purpose, under one base; each error knows its exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from training.findings import Findings
    from training.quarantine import Quarantine


class TrainingError(Exception):
    """`faults`: every fault found, one sentence each."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


class UsageError(TrainingError):
    """The command or its configuration is wrong: an unknown setting, a missing file, a mapping of an absent column."""

    exit_code = 2


class DataRefused(TrainingError):
    """The data cannot be trained on. `findings` and `quarantine` say what was read before that, where it got so far."""

    exit_code = 3
    findings: Findings | None = None
    quarantine: Quarantine | None = None


class GateRefused(TrainingError):
    """The new bundle is worse than the current one or than a floor."""

    exit_code = 4


class Faults:
    """Collects the faults of several steps, so that one error can list them all."""

    def __init__(self) -> None:
        self._usage: list[str] = []
        self._data: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._usage or self._data)

    def usage(self, *faults: str) -> None:
        self._usage += faults

    def data(self, *faults: str) -> None:
        self._data += faults

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keeps the faults of a UsageError or DataRefused raised inside, and goes on."""
        try:
            yield
        except UsageError as error:
            self.usage(*error.faults)
        except DataRefused as error:
            self.data(*error.faults)

    def error(self) -> UsageError | DataRefused:
        """The error to raise; a usage error where there is one among them."""
        kind = UsageError if self._usage else DataRefused
        return kind(*self._usage, *self._data)
