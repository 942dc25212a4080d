"""The Engine over a registry's current bundle, as commands use it."""

from __future__ import annotations

from pathlib import Path

import click

from recsvc.runtime import pin_threads

pin_threads()

from models.bundle import Registry  # noqa: E402 - after the threads of numpy's library are set
from models.closest import did_you_mean  # noqa: E402
from models.engine import Engine  # noqa: E402
from models.model import Model  # noqa: E402
from models.placements import Placement  # noqa: E402
from recsvc.placements_file import placements_of  # noqa: E402


def open_model(registry: Path) -> Model:
    """Raises NoBundle or BundleError."""
    return Model.open(Registry(registry).open_current())


def open_engine(registry: Path, placements: Path | None) -> Engine:
    """Raises NoBundle, BundleError or PlacementError."""
    return Engine(open_model(registry), placements_of(placements))


def placement_of(engine: Engine, name: str) -> Placement:
    """Raises a usage error that names the nearest placement."""
    if name not in engine.placements:
        raise click.BadParameter(
            f"there is no placement {name!r}{did_you_mean(name, engine.placements)}", param_hint="--placement"
        )
    return engine.placements[name]
