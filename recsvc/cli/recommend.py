"""recsvc recommend: one slate on the terminal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsvc.cli import options

if TYPE_CHECKING:
    from models.query import Slate


@click.command(short_help="Show one slate.")
@options.registry
@options.placements
@options.placement
@click.option("--customer", help="Whom it is for.")
@click.option("--item", multiple=True, help="An item that the page is about; repeatable.")
@click.option("--cart", multiple=True, help="An item in the cart; repeatable.")
@click.option("--recent", multiple=True, help="An item just viewed, latest first; repeatable.")
@click.option("--exclude", multiple=True, help="An item that must not appear; repeatable.")
@click.option("--filter", "filter_", help='What items must meet, such as "price < 20".')
@options.limit
@options.as_of
@options.holdout_share
@options.holdout_salt
@options.state
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def recommend(
    registry: Path,
    placements: Path | None,
    placement: str,
    customer: str | None,
    item: tuple[str, ...],
    cart: tuple[str, ...],
    recent: tuple[str, ...],
    exclude: tuple[str, ...],
    filter_: str | None,
    limit: int | None,
    as_of: dt.datetime | None,
    holdout_share: float,
    holdout_salt: str,
    state_url: str | None,
    as_json: bool,
) -> None:
    """Show what the service would answer, with the reason for every item.

    \b
    Example: recsvc recommend --registry shop/registry --placement account_buy_again --customer C-1042
    """
    from models.query import Query
    from recsvc.cli.opened import open_engine, placement_of
    from recsvc.cli.tombstones import tombstones_if_any
    from recsvc.holdout import holdout_of
    from recsvc.strangers import Strangers

    tombstones = tombstones_if_any(registry, state_url)

    def is_erased(customer_id: str) -> bool:
        return tombstones is not None and tombstones.erased_at(customer_id) is not None

    engine = open_engine(registry, placements)
    placement_of(engine, placement)
    slate = Strangers(is_erased, holdout_of(holdout_share, holdout_salt)).recommend(
        engine,
        Query(
            placement=placement,
            customer_id=customer,
            item_id=item,
            cart=cart,
            recent=recent,
            exclude=exclude,
            limit=limit,
            filter=filter_,
            as_of=as_of,
        ),
    )
    _print_json(slate) if as_json else _print_table(slate)


def _print_json(slate: Slate) -> None:
    import msgspec

    from recsvc.slates import shown

    click.echo(msgspec.json.format(msgspec.json.encode(shown(slate, None)), indent=2))


def _print_table(slate: Slate) -> None:
    from recsvc.cli.table import table

    rows = [
        (
            item.rank,
            item.item_id,
            item.fields["title"],
            None if item.fields["price"] is None else f"{item.fields['price']:.2f}",
            item.fields["currency"],
            f"{item.score:.4g}",
            item.method,
            item.reason.text,
        )
        for item in slate.items
    ]
    customer = "known customer" if slate.customer_known else "unknown customer"
    if slate.holdout is True:
        customer = "held out"
    filled = f", filled up from {slate.fallback}" if slate.fallback else ""
    click.echo(f"{slate.placement} from {slate.model_version}, {customer}{filled}\n")
    click.echo(table(("#", "item", "title", "price", "", "score", "method", "reason"), rows))
