"""The registry that a command works on, and the versions in it."""

from __future__ import annotations

import click

from models.bundle import Registry
from training.errors import UsageError

registry_option = click.option(
    "--registry", envvar="RECSVC_REGISTRY", metavar="DIR", help="Where bundles are published; or $RECSVC_REGISTRY."
)


def existing_registry(path: str | None) -> Registry:
    """Raises UsageError where there is none."""
    if path is None:
        raise UsageError("--registry: missing")
    registry = Registry(path)
    if not registry.path.is_dir():
        raise UsageError(f"{path} is no registry: there is no such directory")
    return registry


def known_version(registry: Registry, version: str | None) -> str:
    """`version`, by default the current one. Raises UsageError where the registry has no such bundle."""
    chosen = version or registry.current()
    if chosen is None:
        raise UsageError(f"{registry.path} has no current bundle: publish one first")
    if chosen not in registry.versions():
        raise UsageError(f"{registry.path} has no bundle {chosen!r}; recsvc-train list shows those it has")
    return chosen
