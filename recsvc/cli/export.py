"""recsvc export: the slates of all customers, or of some, as one file."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsvc.cli import options

if TYPE_CHECKING:
    import pyarrow as pa

    from models.engine import Engine
    from recsvc.export import Customers, Export, Layout
    from recsvc.profiles import Tool

    Sign = Callable[[str], str]


@click.command(short_help="Write many slates to a file.")
@options.registry
@options.placements
@options.placement
@click.option("--output", required=True, type=options.PATH, help="File ending in .parquet, .csv or .jsonl.")
@click.option(
    "--format",
    "layout",
    type=click.Choice(["long", "wide", "klaviyo", "braze"]),
    default="long",
    show_default=True,
    help="long: a row for each item; wide: a row for each customer, item_1_id to item_n_reason; "
    "klaviyo, braze: what those import as profiles.",
)
@click.option("--customers", type=options.FILE, help="CSV with a column customer_id, or one id a line; else everyone.")
@options.limit
@options.as_of
@click.option("--send-id", help="The mailing that rotation goes by, as `send_id` of a query; else the day.")
@options.public_url
@options.service_url
@click.option("--campaign", help="The mailing: adds each customer's token for it, as `recsvc tokens create` does.")
@click.option("--expires", type=options.Moment(), help="When the tokens end, such as 2027-01-31.")
@click.option("--subscribed", is_flag=True, help="Leave out who consents to no e-mail; a mail tool or mailing does so.")
@click.option(
    "--max-share",
    type=click.FloatRange(0, 100, min_open=True),
    help="Per cent of the send that may see one item.",
)
@options.holdout_share
@options.holdout_salt
@options.locale
@options.state
def export(
    registry: Path,
    placements: Path | None,
    placement: str,
    output: Path,
    layout: Layout | Tool,
    customers: Path | None,
    limit: int | None,
    as_of: dt.datetime | None,
    send_id: str | None,
    public_url: str | None,
    service_url: str | None,
    campaign: str | None,
    expires: dt.datetime | None,
    subscribed: bool,
    max_share: float | None,
    holdout_share: float,
    holdout_salt: str,
    locale: str,
    state_url: str | None,
) -> None:
    """Write what the service would answer to many customers; the file appears only when it is complete.

    Erased customers are left out. The holdout gets what strangers get, and a column says who that is.

    \b
    Example: recsvc export --registry shop/registry --placement home --limit 10 --output home.parquet
    """
    from recsvc.cli.opened import open_engine, placement_of
    from recsvc.export import Export, share_of
    from recsvc.holdout import holdout_of
    from recsvc.profiles import profiles
    from recsvc.table_files import require_format

    require_format(output)
    sign = _signer(registry, state_url, campaign, expires)
    ids = _ids(customers)
    engine = open_engine(registry, placements)
    tool = layout if layout == "klaviyo" or layout == "braze" else None
    chosen = _chosen(engine, ids, registry, state_url, reachable=bool(subscribed or tool or campaign))
    share = None if max_share is None else share_of(engine, max_share / 100, len(chosen.rows))
    wanted = Export(
        engine,
        placement_of(engine, placement),
        layout="long" if layout == "long" else "wide",
        limit=limit,
        as_of=as_of.timestamp() if as_of else None,
        send_id=send_id,
        public_url=public_url,
        share=share,
        holdout=holdout_of(holdout_share, holdout_salt),
    )
    _write(output, wanted, chosen, sign, lambda batch: profiles(batch, tool, locale, service_url) if tool else batch)
    click.echo(f"{len(chosen.rows)} customers to {output}", err=True)
    if share is not None and share.short:
        click.echo(f"{share.short} of them have fewer items than asked for: the share left no more", err=True)


def _signer(registry: Path, state_url: str | None, campaign: str | None, expires: dt.datetime | None) -> Sign | None:
    """What signs a customer's token for the mailing, None without one."""
    from recsvc.cli.tokens import signer_of

    if (campaign is None) != (expires is None):
        raise click.UsageError("--campaign and --expires go together")
    if campaign is None or expires is None:
        return None
    return signer_of(registry, state_url, None, campaign, expires)


def _ids(customers: Path | None) -> list[str] | None:
    from recsvc.customer_file import read_customer_ids

    return None if customers is None else read_customer_ids(customers)


def _chosen(
    engine: Engine, ids: list[str] | None, registry: Path, state_url: str | None, *, reachable: bool
) -> Customers:
    """The customers asked for but the erased ones; of `reachable`, those who consent to e-mail."""
    from recsvc.cli.tombstones import tombstones_if_any
    from recsvc.export import Customers

    chosen = Customers.all(engine) if ids is None else Customers.of(engine, ids)
    if (tombstones := tombstones_if_any(registry, state_url)) is not None:
        chosen = chosen.less(set(tombstones.since(0)[1]))
    return chosen.subscribed(engine) if reachable else chosen


def _write(
    output: Path,
    wanted: Export,
    chosen: Customers,
    sign: Sign | None,
    shaped: Callable[[pa.RecordBatch], pa.RecordBatch],
) -> None:
    """Chunk by chunk under a progress bar: the slates, each with the customer's token, as the layout shapes them."""
    import pyarrow as pa

    from recsvc.table_files import table_file
    from recsvc.token_column import TOKEN, with_tokens

    schema = wanted.schema if sign is None else wanted.schema.insert(1, TOKEN)
    bar = click.progressbar(length=len(chosen.rows), label="customers", file=sys.stderr)
    with table_file(output, shaped(pa.RecordBatch.from_pylist([], schema)).schema) as write, bar:
        for chunk in chosen.chunks():
            batch = wanted.batch(chunk)
            write(shaped(batch if sign is None else with_tokens(batch, sign)))
            bar.update(len(chunk.rows))
