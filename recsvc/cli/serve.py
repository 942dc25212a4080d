"""recsvc serve: the HTTP service under gunicorn."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from recsvc.cli import options
from recsvc.settings import Settings, variable


@click.command(short_help="Serve recommendations over HTTP.")
@options.registry
@options.state
@options.placements
@click.option("--host", help="Address to listen on (127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (8000).")
@click.option("--workers", type=int, help="Worker processes (2).")
def serve(**given: Any) -> None:
    """Serve recommendations over HTTP until stopped; new bundles are picked up by themselves.

    Every setting can come from the environment instead: docs/operations.md lists them.

    \b
    Example: recsvc serve --registry shop/registry --port 8080
    """
    told = {variable(field): str(value) for field, value in given.items() if value is not None}
    environment = {**os.environ, **told}
    _check(Settings.from_env(environment))
    command = [sys.executable, "-m", "gunicorn", "-c", "python:recsvc.gunicorn_conf"]
    os.execve(sys.executable, command, environment)


def _check(settings: Settings) -> None:
    """Tells of what would stop every worker, before there are any."""
    from recsvc.email.brand import load_brand
    from recsvc.email.faces import Faces
    from recsvc.placements_file import placements_of
    from recsvc.state.migrations import require_current
    from recsvc.state.store import open_state

    placements_of(settings.placements)
    Faces(load_brand(settings.email, settings.locale), settings.email_templates)
    require_current(open_state(settings.state()))
