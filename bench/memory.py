"""Memory that a process has for itself alone, as the kernel counts it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Private:
    """MiB; `clean` are pages of files that no other process maps at the moment, which the kernel may drop."""

    dirty: float
    clean: float

    @property
    def total(self) -> float:
        return self.dirty + self.clean


def private_memory(pid: int) -> Private:
    return parsed(Path(f"/proc/{pid}/smaps_rollup").read_text())


def parsed(rollup: str) -> Private:
    """The text of a smaps_rollup."""
    kib = {name: int(size) for name, size in re.findall(r"^Private_(\w+):\s+(\d+) kB$", rollup, re.MULTILINE)}
    return Private(kib["Dirty"] / 1024, kib["Clean"] / 1024)
