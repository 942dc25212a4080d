"""recsvc placements."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from models.placements import default_placements, placements_schema
from recsvc.settings import Settings

Run = Callable[..., Result]

ODD = """
[placements.gifts]
kind = "for_you"
filter = "brand = 'Albä'"
boosts = [
    { filter = "brand = 'Dole'", factor = 2 },
    { filter = "price < 3", factor = 2, until = 2020-01-01 },
]
pins = [{ item_id = "no such item", position = 1 }, { item_id = "sku/013", position = 2 }]
fallback = ["popular"]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RECSVC_PLACEMENTS", raising=False)
    return tmp_path / "placements.toml"


def test_check_lists_every_fault_and_fails(recsvc: Run, file: Path) -> None:
    file.write_text("[placements.gifts]\nlimit = 0\ncolour = 1\n")
    told = recsvc("placements", "check", "--file", file)
    assert told.exit_code == 1
    assert [line.strip().removeprefix("Error: ") for line in told.stderr.splitlines()] == [
        f"{file}: placements.gifts.kind: missing",
        f"{file}: placements.gifts.limit: Expected `int` >= 1",
        f"{file}: placements.gifts.colour: unknown key",
    ]


def test_check_holds_the_file_against_the_shop(recsvc: Run, file: Path, settings: Settings) -> None:
    file.write_text('[placements.a]\nkind = "trending"\nfilter = "prize < 3"\n')
    assert recsvc("placements", "check", "--file", file).stdout.startswith("1 placements, none wrong; --registry")
    told = recsvc("placements", "check", "--file", file, "--registry", settings.registry)
    assert told.exit_code == 1
    assert "placements.a.filter: the catalogue has no column called 'prize'; did you mean 'price'?" in told.stderr


def test_check_notes_what_is_probably_not_meant(recsvc: Run, file: Path, settings: Settings) -> None:
    file.write_text(ODD)
    told = recsvc("placements", "check", "--file", file, "--registry", settings.registry)
    assert told.exit_code == 0, told.output
    *notes, last = told.stdout.splitlines()
    assert notes == [
        "note: placements.gifts.filter: no item has brand 'Albä'; did you mean 'Alba'? (column 9)",
        "note: placements.gifts.boosts[1].filter: no item has brand 'Dole'; did you mean 'Dôle'? (column 9)",
        "note: placements.gifts.boosts[2].until: is over",
        "note: placements.gifts.pins[1].item_id: the catalogue has no item 'no such item'",
        "note: placements.gifts.pins[2].item_id: 'sku/013' cannot be sold now",
    ]
    assert last.startswith("1 placements, none wrong for 2")


def test_what_is_shipped_is_right_and_shown(recsvc: Run, file: Path, settings: Settings) -> None:
    told = recsvc("placements", "check", "--registry", settings.registry)
    assert told.stdout.startswith("16 placements, none wrong for ")
    shown = recsvc("placements", "show").stdout
    assert [line.split()[0] for line in shown.splitlines()[2:]] == list(default_placements())
    file.write_text(ODD)
    (row,) = recsvc("placements", "show", "--file", file).stdout.splitlines()[2:]
    assert "2 boosts, 2 pins, filter" in row


def test_the_schema_is_printed(recsvc: Run) -> None:
    assert json.loads(recsvc("placements", "schema").stdout) == placements_schema()


def test_a_rule_is_tried_before_it_is_saved(recsvc: Run, file: Path, settings: Settings) -> None:
    file.write_text(
        '[placements.a]\nkind = "trending"\nfallback = ["popular"]\npins = [{ item_id = "sku/004", position = 1 }]'
    )
    told = recsvc("recommend", "--registry", settings.registry, "--placements", file, "--placement", "a", "--limit", 1)
    assert told.stdout.splitlines()[-1].split()[:2] == ["1", "sku/004"]
    assert told.stdout.splitlines()[-1].endswith("Picked by the shop")
