"""recsvc-train check: whether the inputs can be trained on, without training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from training.commands.options import faults_end_it, input_flags, input_options
from training.commands.summary import print_findings
from training.errors import DataRefused
from training.load import load
from training.progress import progress_on
from training.quarantine import Quarantine, write_quarantine
from training.settings import read_config


@click.command("check")
@input_options
@click.option(
    "--quarantine", type=click.Path(path_type=Path), metavar="FILE", help="Write the rows that are set aside, as CSV."
)
@faults_end_it
def command(config: Path | None, quarantine: Path | None, **options: Any) -> None:
    """Validate the inputs, and say what is wrong with them.

    Exits with 0 when they can be trained on, 3 when the data are refused and 2 when the command or its settings are
    wrong.

    \b
    Example:
      recsvc-train check --order-lines orders.csv --items items.csv --quarantine faulty.csv
    """
    settings = read_config(config, input_flags(options))
    console = Console()
    try:
        with progress_on() as progress:
            loaded = load(settings, progress)
    except DataRefused as error:
        if error.findings is not None and error.quarantine is not None:
            print_findings(error.findings, console)
            _keep(error.quarantine, quarantine)
        raise
    print_findings(loaded.findings, console)
    _keep(loaded.quarantine, quarantine)


def _keep(aside: Quarantine, path: Path | None) -> None:
    """Writes the file asked for, or says how to ask."""
    if path is not None:
        write_quarantine(aside, path)
        click.echo(f"{len(aside):,} entries written to {path}")
    elif len(aside):
        click.echo("which rows: --quarantine FILE lists them")
