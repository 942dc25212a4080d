"""The page on the bundle format names every field of the manifest, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from models.bundle import BUNDLE_FORMAT, Manifest

PAGE = (Path(__file__).parents[3] / "docs" / "bundle-format.md").read_text("utf-8")


def test_every_field_of_the_manifest_is_on_the_page_in_order() -> None:
    table = PAGE.split("| field |")[1].split("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == Manifest.__struct_fields__


def test_the_page_is_of_this_format() -> None:
    assert f"number of this format: {BUNDLE_FORMAT} |" in PAGE
