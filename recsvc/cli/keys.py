"""recsvc keys: make, list and revoke the keys that callers send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsvc.cli import options
from recsvc.tokens import PREFIX, SCOPES, Scope, split

if TYPE_CHECKING:
    from recsvc.state.keys import Keys


@click.group(short_help="Make, list and revoke keys.")
def keys() -> None:
    """Make, list and revoke the keys that callers send as `Authorization: Bearer`."""


@keys.command()
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="A public key may stand in a web page.")
@click.option("--name", default="", help="What the key is for.")
@click.option("--replace", is_flag=True, help="Revoke the other keys of that name.")
@options.maybe_registry
@options.state
def create(scope: Scope, name: str, replace: bool, registry: Path | None, state_url: str | None) -> None:
    """Make a key and print it: it is never shown again.

    \b
    Example: recsvc keys create --scope server --name website --registry shop/registry
    """
    if replace and not name:
        raise click.UsageError("--replace needs --name")
    _, token = _open(registry, state_url).create(scope, name, replace=replace)
    click.echo(token.reveal())


@keys.command(name="list")
@options.maybe_registry
@options.state
def list_(registry: Path | None, state_url: str | None) -> None:
    """List every key, without its secret.

    \b
    Example: recsvc keys list --registry shop/registry
    """
    from recsvc.cli.table import moment, table

    rows = [
        (key.id, key.scope, key.name, moment(key.created_at), moment(key.revoked_at))
        for key in _open(registry, state_url).all()
    ]
    click.echo(table(("id", "scope", "name", "created", "revoked"), rows))


@keys.command()
@click.argument("key")
@options.maybe_registry
@options.state
def revoke(key: str, registry: Path | None, state_url: str | None) -> None:
    """Revoke a key, by its id or in full; running services refuse it within seconds.

    \b
    Example: recsvc keys revoke 3f6ad2f2a1c9 --registry shop/registry
    """
    key_id = split(key)[0] if key.startswith(PREFIX) else key
    _open(registry, state_url).revoke(key_id)
    click.echo(f"revoked {key_id}")


def _open(registry: Path | None, state_url: str | None) -> Keys:
    from recsvc.state.keys import Keys
    from recsvc.state.migrations import require_current
    from recsvc.state.store import open_state

    engine = open_state(options.state_of(registry, state_url))
    require_current(engine)
    return Keys(engine)
