"""The command `recsvc-train`."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from models.errors import BundleError, RegistryLocked

# BLAS reads these when numpy is first imported; what may run in parallel does so in threads of its own.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

SUMMARIES = {
    "run": "Train on order lines, evaluate, and publish a bundle unless the gate refuses.",
    "check": "Validate the inputs, and say what is wrong with them.",
    "evaluate": "Do what run does, and publish nothing.",
    "list": "Show the bundles of a registry.",
    "inspect": "Show what a bundle was made of, and how good it is.",
    "rollback": "Make an earlier bundle the current one.",
}
EXIT_USAGE, EXIT_LOCKED = 2, 5


class Commands(click.Group):
    """Imports a command when it is asked for, since training libraries are slow to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in SUMMARIES:
            return None
        command: click.Command = import_module(f"training.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """One line for what a run has logged in full, or what another run is the reason of."""
        try:
            return super().invoke(ctx)
        except RegistryLocked as error:
            click.echo(f"error: {error}", err=True)
            raise SystemExit(EXIT_LOCKED) from None
        except Exception as error:
            logged = getattr(error, "__notes__", [])
            if logged:
                click.echo(f"error: {type(error).__name__}: {error} ({'; '.join(logged)})", err=True)
                raise SystemExit(1) from None
            if isinstance(error, BundleError):
                # Before there is a log there is only the registry to fail, which was named by whoever called.
                click.echo(f"error: {error}", err=True)
                raise SystemExit(EXIT_USAGE) from None
            raise


main = Commands(
    "recsvc-train",
    help="Learns from a shop's order lines and publishes bundles for the service.",
    epilog="Exit codes: 0 published, 1 internal error, 2 wrong usage, 3 data refused, 4 refused by the gate, "
    "5 another run holds the registry.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
