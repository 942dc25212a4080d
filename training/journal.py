"""Journal: what a run leaves in the registry's runs/ID: its log from the first step on, then report and quarantine."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from training.errors import TrainingError
from training.progress import logger
from training.quarantine import Quarantine, write_quarantine
from training.report.html import render
from training.report.report import Report, to_json

LOG = "run.log"
REPORT_JSON, REPORT_HTML = "report.json", "report.html"
QUARANTINE = "quarantine.csv"


class Journal:
    """Every error that passes through it is logged: one that the trainer raised in a line, any other in full."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._handler = logging.FileHandler(directory / LOG, encoding="utf-8")
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def keep_quarantine(self, quarantine: Quarantine) -> None:
        write_quarantine(quarantine, self.directory / QUARANTINE)

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Writes files by name."""
        for name, data in files.items():
            (self.directory / name).write_bytes(data)

    def __enter__(self) -> Self:
        logger.setLevel(logging.INFO)
        logger.addHandler(self._handler)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, TrainingError):
            logger.error("%s", error)
        elif error is not None:
            logger.error("failed", exc_info=error)
            error.add_note(f"see {self.directory / LOG}")
        logger.removeHandler(self._handler)
        self._handler.close()


def report_files(report: Report) -> dict[str, bytes]:
    """What run directories and bundles hold."""
    return {REPORT_JSON: to_json(report), REPORT_HTML: render(report).encode()}
