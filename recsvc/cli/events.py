"""recsvc events: what visitors did, out of live state and into the next training."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsvc.cli import options

if TYPE_CHECKING:
    from recsvc.state.events import Events


@click.group(short_help="Export or delete what visitors did.")
def events() -> None:
    """Export or delete the events that POST /v1/events stored."""


@events.command()
@click.option("--output", required=True, type=options.PATH, help="File ending in .parquet, .csv or .jsonl.")
@click.option("--since", type=options.Moment(), help="Only those received from then on; else all.")
@options.maybe_registry
@options.state
def export(output: Path, since: dt.datetime | None, registry: Path | None, state_url: str | None) -> None:
    """Write the stored events as a table that recsvc-train reads as its events.

    \b
    Example: recsvc events export --output events.parquet --registry shop/registry
    """
    from recsvc.event_table import SCHEMA, batches
    from recsvc.table_files import require_format, table_file

    require_format(output)
    stored = _open(registry, state_url)
    rows = 0
    with table_file(output, SCHEMA) as write:
        for batch in batches(stored, since):
            write(batch)
            rows += batch.num_rows
    click.echo(f"{rows} events to {output}", err=True)


@events.command()
@click.option("--before", required=True, type=options.Moment(), help="Those received before then are deleted.")
@options.maybe_registry
@options.state
def delete(before: dt.datetime, registry: Path | None, state_url: str | None) -> None:
    """Delete stored events, such as those that are too old to learn from.

    \b
    Example: recsvc events delete --before 2025-01-01 --registry shop/registry
    """
    click.echo(f"{_open(registry, state_url).delete(before)} events deleted")


def _open(registry: Path | None, state_url: str | None) -> Events:
    from recsvc.state.events import Events
    from recsvc.state.migrations import require_current
    from recsvc.state.store import open_state

    engine = open_state(options.state_of(registry, state_url))
    require_current(engine)
    return Events(engine)
