"""recsvc-train run: from order lines to a published bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from training.commands.options import faults_end_it, input_flags, input_options
from training.commands.outcome import console, print_finished
from training.commands.registry import registry_option
from training.errors import GateRefused
from training.progress import progress_on
from training.run import train
from training.settings import read_config


@click.command("run")
@input_options
@registry_option
@click.option("--force", is_flag=True, help="Publish even what the gate refuses; the manifest says so.")
@faults_end_it
def command(config: Path | None, registry: str | None, force: bool, **options: Any) -> None:
    """Train on order lines, evaluate, and publish a bundle unless the gate refuses.

    Leaves report.html, report.json, quarantine.csv and run.log in REGISTRY/runs/ID. Exits with 0 when a bundle is
    published, 2 when the command or its settings are wrong, 3 when the data are refused, 4 when the gate refuses, and
    5 when another run holds the registry.

    \b
    Examples:
      recsvc-train run --order-lines orders.csv --items items.csv --registry registry
      recsvc-train run --config training.toml
    """
    settings = read_config(config, input_flags(options) | {"registry": registry})
    finished = train(settings, progress_on(), force=force)
    print_finished(finished, console())
    if finished.report.outcome == "refused":
        raise GateRefused("the gate refuses this bundle, and the current one stays; --force publishes it all the same")
