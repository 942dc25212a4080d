"""Outcome: a finished run as a person reads it on a terminal."""

from __future__ import annotations

import sys

from rich.console import Console

from training.commands.summary import print_findings
from training.report.table import evaluation_table, print_verdict
from training.run import Finished

# A pipe has no width of its own, and tables need some.
PIPE_WIDTH = 140
SENTENCES = {
    "published": "published {run}",
    "forced": "published {run} by force",
    "refused": "refused {run}",
    "evaluated": "evaluated {run}, and published nothing",
}


def console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)


def print_finished(finished: Finished, console: Console) -> None:
    """What was read, how good the bundle is, what the gate says, and where to read more."""
    report = finished.report
    print_findings(report.findings, console)
    if report.evaluation is not None:
        console.print(evaluation_table(report.evaluation, console.width))
    if report.verdict is not None:
        print_verdict(console, report.verdict)
    console.print(SENTENCES[report.outcome].format(run=report.run), style="bold", highlight=False)
    console.print(f"report: {finished.directory / 'report.html'}", highlight=False, soft_wrap=True)
