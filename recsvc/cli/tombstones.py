"""The tombstones of live state, as commands that answer customers need them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from recsvc.cli import options
from recsvc.settings import beside

if TYPE_CHECKING:
    from recsvc.state.tombstones import Tombstones


def open_tombstones(registry: Path | None, state_url: str | None) -> Tombstones:
    """Raises StateError."""
    from recsvc.state.migrations import require_current
    from recsvc.state.store import open_state
    from recsvc.state.tombstones import Tombstones

    engine = open_state(options.state_of(registry, state_url))
    require_current(engine)
    return Tombstones(engine)


def tombstones_if_any(registry: Path, state_url: str | None) -> Tombstones | None:
    """None where a registry has no live state yet, which answering does not make. Raises StateError."""
    if state_url is None and not Path(beside(registry).removeprefix("sqlite:///")).exists():
        return None
    return open_tombstones(registry, state_url)
