"""recsvc tokens: sign customer tokens, look into one, and keep the keys that sign them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsvc.cli import options
from recsvc.tokens import SIGNING_PREFIX, signing_text

if TYPE_CHECKING:
    from recsvc.state.signing_keys import SigningKeys


@click.group(short_help="Sign customer tokens, and keep the keys that do.")
def tokens() -> None:
    """Sign customer tokens, which say that a request is for one customer, and keep the keys that sign them."""


@tokens.group(short_help="Make, list and revoke signing keys.")
def keys() -> None:
    """Make, list and revoke the keys that sign customer tokens. Several may be active, while one replaces another."""


@keys.command()
@click.option("--name", default="", help="What the key is for.")
@options.maybe_registry
@options.state
def create(name: str, registry: Path | None, state_url: str | None) -> None:
    """Make a signing key and print it: it is never shown again.

    \b
    Example: recsvc tokens keys create --name website --registry shop/registry
    """
    key = _open(registry, state_url).create(name)
    assert key.secret is not None  # a new key has one
    click.echo(signing_text(key.id, key.secret).reveal())


@keys.command(name="list")
@options.maybe_registry
@options.state
def list_(registry: Path | None, state_url: str | None) -> None:
    """List every signing key, without its secret.

    \b
    Example: recsvc tokens keys list --registry shop/registry
    """
    from recsvc.cli.table import moment, table

    rows = [
        (key.id, key.name, moment(key.created_at), moment(key.revoked_at)) for key in _open(registry, state_url).all()
    ]
    click.echo(table(("id", "name", "created", "revoked"), rows))


@keys.command()
@click.argument("key")
@options.maybe_registry
@options.state
def revoke(key: str, registry: Path | None, state_url: str | None) -> None:
    """Revoke a signing key, by its id or in full: every token that it signed is refused within seconds.

    \b
    Example: recsvc tokens keys revoke 3f6ad2f2a1c9 --registry shop/registry
    """
    key_id = key.removeprefix(SIGNING_PREFIX).partition("_")[0]
    _open(registry, state_url).revoke(key_id)
    click.echo(f"revoked {key_id}")


@tokens.command(name="create")
@click.option("--customers", required=True, type=options.FILE, help="CSV with a column customer_id, or one id a line.")
@click.option("--campaign", required=True, help="The mailing that the tokens are for.")
@click.option("--expires", required=True, type=options.Moment(), help="When they end, such as 2027-01-31.")
@click.option("--output", required=True, type=options.PATH, help="File ending in .parquet, .csv or .jsonl.")
@click.option("--key", "key_id", help="Id of the signing key; else the youngest.")
@options.maybe_registry
@options.state
def create_tokens(
    customers: Path,
    campaign: str,
    expires: dt.datetime,
    output: Path,
    key_id: str | None,
    registry: Path | None,
    state_url: str | None,
) -> None:
    """Sign a token for each customer of one mailing: a column to import into the mail tool as a merge field.

    \b
    Example: recsvc tokens create --customers mailing.csv --campaign spring --expires 2027-06-30 \\
               --output tokens.csv --registry shop/registry
    """
    from recsvc.customer_file import read_customer_ids
    from recsvc.table_files import require_format, table_file
    from recsvc.token_column import SCHEMA, chunks

    require_format(output)
    sign = signer_of(registry, state_url, key_id, campaign, expires)
    distinct = list(dict.fromkeys(read_customer_ids(customers)))
    bar = click.progressbar(length=len(distinct), label="tokens", file=sys.stderr)
    with table_file(output, SCHEMA) as write, bar:
        for chunk in chunks(distinct, sign):
            write(chunk)
            bar.update(chunk.num_rows)
    click.echo(f"{len(distinct)} tokens to {output}", err=True)


@tokens.command()
@click.argument("token")
@options.maybe_registry
@options.state
def verify(token: str, registry: Path | None, state_url: str | None) -> None:
    """Say what a token holds; where it is not valid, say why.

    \b
    Example: recsvc tokens verify eyJhbGciOiJIUzI1NiIs… --registry shop/registry
    """
    from recsvc.cli.table import moment
    from recsvc.customer_tokens import TOKEN_SCOPES, claims_of, secrets_of

    claims = claims_of(token, secrets_of(_open(registry, state_url).all()).get, TOKEN_SCOPES)
    click.echo(f"customer  {claims.customer_id}")
    click.echo(f"scope     {claims.scope}")
    if claims.campaign is not None:
        click.echo(f"campaign  {claims.campaign}")
    click.echo(f"expires   {moment(dt.datetime.fromtimestamp(claims.expires_at, dt.UTC))}")
    click.echo(f"key       {claims.key_id}")


def signer_of(
    registry: Path | None, state_url: str | None, key_id: str | None, campaign: str, expires: dt.datetime
) -> Callable[[str], str]:
    """Signs for one customer, by the key of that id, else by the youngest. Raises StateError or TokenError."""
    from recsvc.customer_tokens import signer

    key = _open(registry, state_url).active(key_id)
    assert key.secret is not None  # an active key has one
    return signer(key.id, key.secret, campaign=campaign, expires_at=int(expires.timestamp()))


def _open(registry: Path | None, state_url: str | None) -> SigningKeys:
    from recsvc.state.migrations import require_current
    from recsvc.state.signing_keys import SigningKeys
    from recsvc.state.store import open_state

    engine = open_state(options.state_of(registry, state_url))
    require_current(engine)
    return SigningKeys(engine)
