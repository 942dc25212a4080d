"""recsvc-train rollback: an earlier bundle becomes the current one."""

from __future__ import annotations

import click

from models.errors import BundleError, RegistryLocked
from training.commands.options import faults_end_it
from training.commands.registry import existing_registry, known_version, registry_option
from training.errors import UsageError


@click.command("rollback")
@registry_option
@click.argument("version", required=False)
@faults_end_it
def command(registry: str | None, version: str | None) -> None:
    """Make VERSION the current bundle, by default the one published before it.

    Services follow within seconds. A bundle that cannot be served is refused, and the current one stays.

    \b
    Example:
      recsvc-train rollback --registry registry
    """
    found = existing_registry(registry)
    target = known_version(found, version) if version else None
    try:
        click.echo(f"current: {found.rollback(target)}")
    except RegistryLocked:
        raise
    except BundleError as error:
        raise UsageError(str(error)) from error
