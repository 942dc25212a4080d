"""recsvc placements: check a placements file, show what it holds, print its schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsvc.cli import options

if TYPE_CHECKING:
    from models.placements import Placement

file = click.option(
    "--file",
    "file_",
    envvar="RECSVC_PLACEMENTS",
    type=options.FILE,
    help="TOML file of placements; else those shipped.",
)


@click.group(short_help="Check, show and describe a placements file.")
def placements() -> None:
    """Check a placements file before it is served, show what it holds, print its JSON Schema."""


@placements.command()
@file
@options.maybe_registry
def check(file_: Path | None, registry: Path | None) -> None:
    """Say everything that is wrong with the file; with --registry also what the shop cannot answer.

    Notes are no faults: a pin of an item that is sold out, a filter on a brand that no item has.

    \b
    Example: recsvc placements check --file placements.toml --registry shop/registry
    """
    import time

    from models.rules.advice import placement_advice
    from models.translate import present
    from recsvc.cli.opened import open_engine
    from recsvc.placements_file import placements_of

    if registry is None:
        click.echo(f"{len(placements_of(file_))} placements, none wrong; --registry would hold them against a shop")
        return
    engine = open_engine(registry, file_)
    as_of = present(engine.model, time.time())
    for name, placement in engine.placements.items():
        for sentence in placement_advice(placement, engine.model, as_of):
            click.echo(f"note: placements.{name}.{sentence}")
    click.echo(f"{len(engine.placements)} placements, none wrong for {engine.model.manifest.version}")


@placements.command()
@file
def show(file_: Path | None) -> None:
    """Print the placements as a table.

    \b
    Example: recsvc placements show --file placements.toml
    """
    from recsvc.cli.table import table
    from recsvc.placements_file import placements_of

    rows = [
        (name, one.kind, one.limit, one.layout, ", ".join(one.fallback), ", ".join(_rules(one)), one.description)
        for name, one in placements_of(file_).items()
    ]
    click.echo(table(("placement", "kind", "limit", "layout", "fallback", "rules", "description"), rows))


@placements.command()
def schema() -> None:
    """Print the JSON Schema of placements files, for editors that complete and check TOML.

    \b
    Example: recsvc placements schema > placements.schema.json
    """
    import msgspec

    from models.placements import placements_schema

    click.echo(msgspec.json.format(msgspec.json.encode(placements_schema()), indent=2))


def _rules(placement: Placement) -> list[str]:
    """What the placement sets of rules, by name, with how many there are of what it lists."""
    listed = {name: len(getattr(placement, name)) for name in ("boosts", "buries", "pins")}
    single = ("filter", "purchased", "hide_bought_days", "price_step", "margin", "rotation", "diversity", "page")
    counted = [f"{count} {name if count > 1 else SINGULAR[name]}" for name, count in listed.items() if count]
    return counted + [name for name in single if getattr(placement, name) is not None]


SINGULAR = {"boosts": "boost", "buries": "bury", "pins": "pin"}
