"""recsvc-train evaluate: how good a bundle would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from training.commands.options import faults_end_it, input_flags, input_options
from training.commands.outcome import console, print_finished
from training.commands.registry import registry_option
from training.errors import GateRefused
from training.progress import progress_on
from training.run import evaluate
from training.settings import read_config


@click.command("evaluate")
@input_options
@registry_option
@faults_end_it
def command(config: Path | None, registry: str | None, **options: Any) -> None:
    """Do what run does, and publish nothing.

    The report lands in REGISTRY/runs/ID as that of a run does. Exits with 4 when the gate would refuse, and otherwise
    as run does.

    \b
    Example:
      recsvc-train evaluate --order-lines orders.csv --registry registry
    """
    settings = read_config(config, input_flags(options) | {"registry": registry})
    finished = evaluate(settings, progress_on())
    print_finished(finished, console())
    if finished.report.verdict is not None and not finished.report.verdict.passed:
        raise GateRefused("the gate would refuse this bundle")
