"""recsvc customers: erase customers, and see that they are."""

from __future__ import annotations

from pathlib import Path

import click

from recsvc.cli import options


@click.group(short_help="Erase customers.")
def customers() -> None:
    """Erase customers who asked to be forgotten, and see that they are."""


@customers.command()
@click.option("--customer", multiple=True, help="Whom to erase; repeatable.")
@click.option("--customers", "file", type=options.FILE, help="CSV with a column customer_id, or one id a line.")
@options.maybe_registry
@options.state
def erase(customer: tuple[str, ...], file: Path | None, registry: Path | None, state_url: str | None) -> None:
    """Delete what live state holds of customers, for good, and answer them as strangers from then on.

    Running services follow within seconds, and so does every bundle that still knows them. Their order lines are the
    shop's: take them out of what is trained on. Erasing again does no harm.

    \b
    Example: recsvc customers erase --customer C-1042 --registry shop/registry
    """
    from recsvc.cli.tombstones import open_tombstones
    from recsvc.customer_file import read_customer_ids

    ids = [*customer, *(read_customer_ids(file) if file is not None else [])]
    if not ids:
        raise click.UsageError("give --customer or --customers, with somebody in it")
    done = open_tombstones(registry, state_url).erase(ids)
    click.echo(f"{done.anew} customers erased, {len(set(ids)) - done.anew} were already")
    click.echo(f"{done.sends} sends and {done.events} events deleted")


@customers.command()
@click.option("--customer", multiple=True, help="Of whom to say whether they are; repeatable.")
@options.maybe_registry
@options.state
def erased(customer: tuple[str, ...], registry: Path | None, state_url: str | None) -> None:
    """Say how many customers were erased, or since when some are: no list of them is kept.

    \b
    Example: recsvc customers erased --customer C-1042 --registry shop/registry
    """
    from recsvc.cli.table import moment, table
    from recsvc.cli.tombstones import open_tombstones

    known = open_tombstones(registry, state_url)
    if customer:
        click.echo(table(("customer", "erased"), [(one, moment(known.erased_at(one)) or "no") for one in customer]))
    else:
        count, last = known.count()
        click.echo(f"{count} customers erased" + (f", the last on {moment(last)}" if last else ""))
