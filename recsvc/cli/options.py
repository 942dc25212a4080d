"""Options that several commands share; each may come from the environment as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from recsvc.settings import MAX_HOLDOUT_SHARE, Secret, beside, variable


class Moment(click.ParamType[dt.datetime]):
    """A date or time in ISO 8601; UTC unless it says otherwise."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-01-31 or 2026-01-31T12:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _from_setting(flag: str, field: str, text: str, **more: Any) -> Callable[[Any], Any]:
    return click.option(flag, field, envvar=variable(field), help=text, **more)


def state_of(registry: Path | None, state_url: str | None) -> Secret:
    """The URL of live state from two options, of which one is enough."""
    if state_url:
        return Secret(state_url)
    if registry is None:
        raise click.UsageError("give --state or --registry, so that live state can be found")
    return Secret(beside(registry))


PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

registry = _from_setting("--registry", "registry", "Directory of published bundles.", type=PATH, required=True)
maybe_registry = _from_setting("--registry", "registry", "Directory of published bundles.", type=PATH)
placements = _from_setting("--placements", "placements", "TOML file of placements; else those shipped.", type=FILE)
state = _from_setting("--state", "state_url", "SQLite or PostgreSQL URL; else SQLite beside the registry.")
public_url = _from_setting("--public-url", "public_url", "Address of the shop, put before links starting with `/`.")
service_url = _from_setting(
    "--service-url", "service_url", "Address of the service, for pictures that mail clients would not show."
)
locale = _from_setting(
    "--locale", "locale", "How prices are written, such as pl-PL.", default="en-GB", show_default=True
)
holdout_share = _from_setting(
    "--holdout-share",
    "holdout_share",
    "Share of customers who get what strangers get.",
    type=click.FloatRange(0, MAX_HOLDOUT_SHARE),
    default=0.0,
)
holdout_salt = _from_setting("--holdout-salt", "holdout_salt", "Name of that measurement.", default="")
placement = click.option("--placement", required=True, help="Which placement to fill.")
limit = click.option("--limit", type=click.IntRange(1, 200), help="Items a slate; else the placement's own.")
as_of = click.option("--as-of", type=Moment(), help="The moment to answer for; else now.")
