"""Product: trained and asked by its own commands, as a shop would, with their defaults."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from bench.shops_quality.shop import Made

COMMANDS = Path(sys.executable).parent
LIMIT = 10
# The start page as it is shipped, and the same without what the customer bought before.
PLACEMENTS = """
[placements.home]
kind = "for_you"
fallback = ["popular"]

[placements.new]
kind = "for_you"
purchased = "hide"
fallback = ["popular"]

[placements.again]
kind = "buy_again"
fallback = ["popular"]
"""
PLACED = {"window": "home", "visit": "home", "new": "new", "again": "again"}


class CommandError(Exception):
    """A command of the product failed; its words."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`slates`: (customer_id, item_id) by placement, best first; `seconds`: of the training; `words`: what it said;

    `report`: of the run, which says what was chosen and why.
    """

    slates: dict[str, pl.DataFrame]
    seconds: float
    words: str
    report: dict[str, Any]


def answers(made: Made, suffix: str, folder: Path, seconds: float | None, threads: int | None) -> Answers:
    """`seconds`: of the search, else its default. Raises CommandError."""
    folder.mkdir(parents=True)
    lines, registry = folder / f"order_lines{suffix}", folder / "registry"
    made.order_lines.write_csv(lines) if suffix == ".csv" else made.order_lines.write_parquet(lines)
    command = ["recsvc-train", "run", "--order-lines", str(lines), "--registry", str(registry)]
    if made.items is not None:
        made.items.write_parquet(folder / "items.parquet")
        command += ["--items", str(folder / "items.parquet")]
    if seconds is not None or threads is not None:
        settings = {"search_seconds": seconds, "threads": threads}
        told = [f"{name} = {value}" for name, value in settings.items() if value is not None]
        (folder / "training.toml").write_text("\n".join(["[training]", *told]))
        command += ["--config", str(folder / "training.toml")]
    started = time.monotonic()
    words = run(command)
    took = time.monotonic() - started
    placements = folder / "placements.toml"
    placements.write_text(PLACEMENTS)
    slates = {each: _exported(registry, placements, each) for each in set(PLACED.values())}
    (report,) = registry.glob("runs/*/report.json")
    return Answers(slates, took, words, json.loads(report.read_text("utf-8")))


def _exported(registry: Path, placements: Path, name: str) -> pl.DataFrame:
    out = registry.parent / f"{name}.parquet"
    command = ["recsvc", "export", "--registry", str(registry), "--placements", str(placements), "--placement", name]
    run([*command, "--limit", str(LIMIT), "--output", str(out)])
    return pl.read_parquet(out).sort("customer_id", "rank").select("customer_id", "item_id")


def run(command: list[str]) -> str:
    done = subprocess.run([str(COMMANDS / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    words = (done.stdout + done.stderr).strip()
    if done.returncode:
        raise CommandError(f"{' '.join(command[:2])} ended with {done.returncode}: {words[-600:]}")
    return words
