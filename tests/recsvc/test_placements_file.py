"""The placements that the service is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import PlacementError
from models.placements import default_placements
from recsvc.placements_file import placements_of


def test_without_a_file_the_shipped_ones_are_used() -> None:
    assert placements_of(None) == default_placements()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"\xff", "is not UTF-8"),
        (b"[placements.x]\nkind = 1\nlimit = 0\n", "placements.x.kind"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "placements.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlacementError, match=message) as refused:
        placements_of(path)
    assert all(fault.startswith(f"{path}: ") for fault in refused.value.faults)
