"""Options that several commands share: where the inputs are, and how faults end a command."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from training.config import TABLES
from training.errors import TrainingError

Command = TypeVar("Command", bound=Callable[..., Any])


def input_options(command: Command) -> Command:
    """--config, --database-url and one option a table; `input_flags` turns them into flags of the configuration."""
    for table in reversed(TABLES):
        name = table.replace("_", "-")
        text = f"{name.replace('-', ' ').capitalize()}: a file, directory or glob, or an SQL query in quotes."
        command = click.option(f"--{name}", table, metavar="F", help=text)(command)
    url = click.option("--database-url", metavar="URL", help="SQLAlchemy URL that queries run on.")
    config = click.option(
        "--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings, such as training.toml."
    )
    return config(url(command))


def input_flags(options: dict[str, Any]) -> dict[str, Any]:
    """Takes all of `input_options` but --config out of `options`: flags for training.settings.read_config."""
    flags = {f"inputs.{table}": options.pop(table) for table in TABLES}
    return flags | {"inputs.url": options.pop("database_url")}


def faults_end_it(command: Command) -> Command:
    """Prints every fault of a TrainingError on a line of its own and exits with its code."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except TrainingError as error:
            for fault in error.faults:
                click.echo(f"error: {fault}", err=True)
            raise SystemExit(error.exit_code) from None

    return wrapped  # type: ignore[return-value]  # functools.wraps keeps the signature
