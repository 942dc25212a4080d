"""recsvc state: bring live state up to date, and copy it away."""

from __future__ import annotations

from pathlib import Path

import click

from recsvc.cli import options


@click.group(short_help="Update or back up live state.")
def state() -> None:
    """Update or back up live state: what changes between two bundles, such as keys."""


@state.command()
@options.maybe_registry
@options.state
def migrate(registry: Path | None, state_url: str | None) -> None:
    """Bring the tables to the version that this release needs.

    \b
    Example: recsvc state migrate --state postgresql://recsvc@db/recsvc
    """
    from recsvc.state.migrations import migrate as bring_up
    from recsvc.state.store import open_state

    before, after = bring_up(open_state(options.state_of(registry, state_url)))
    click.echo(f"version {after}" if before == after else f"version {before} -> {after}")


@state.command()
@click.argument("path", type=options.PATH)
@options.maybe_registry
@options.state
def backup(path: Path, registry: Path | None, state_url: str | None) -> None:
    """Copy live state, while it is in use, to a new SQLite file that can be served from as it is.

    \b
    Example: recsvc state backup state-2026-11-22.sqlite --registry shop/registry
    """
    from recsvc.state.backup import backup as copy
    from recsvc.state.store import open_state

    rows = copy(open_state(options.state_of(registry, state_url)), path)
    click.echo(f"{rows} rows to {path}")
