"""recsvc associations: which items are bought together, as one file."""

from __future__ import annotations

from pathlib import Path

import click

from recsvc.cli import options


@click.command(short_help="Write which items are bought together.")
@options.registry
@click.option("--output", required=True, type=options.PATH, help="File ending in .parquet, .csv or .jsonl.")
@click.option("--min-orders", type=click.IntRange(1), default=2, show_default=True, help="Orders that hold both.")
def associations(registry: Path, output: Path, min_orders: int) -> None:
    """Write the pairs of items that share orders, with support, confidence and lift, most orders first.

    \b
    Example: recsvc associations --registry shop/registry --output associations.csv
    """
    from recsvc.associations import SCHEMA
    from recsvc.associations import associations as pairs
    from recsvc.cli.opened import open_model
    from recsvc.table_files import require_format, table_file

    require_format(output)
    found = pairs(open_model(registry), min_orders)
    with table_file(output, SCHEMA) as write:
        write(found)
    click.echo(f"{found.num_rows} pairs to {output}", err=True)
