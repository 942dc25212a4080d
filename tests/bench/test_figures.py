"""Figures keep what they should be beside what they are, on the terminal and on the page."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.figures import Figure, Machine, Results, as_text
from bench.load import Load
from bench.report import write_report

LOAD = Load(requests=6_000, seconds=2.0, p50_ms=1.0, p99_ms=4.0, errors=0)


def results(*figures: Figure, busy: float = 0.1) -> Results:
    machine = Machine(cores=2, python="3.11.7", processor="x86_64", at="2026-11-22T00:00:00+00:00", busy=busy)
    return Results(machine, "10 customers, 5 items", list(figures), {"slates <x>": [LOAD, LOAD]})


@pytest.mark.parametrize(
    ("rounds", "least", "most", "verdict"),
    [
        ([0.6, 0.71, 0.9], 0.7, None, "ok"),
        ([0.6, 0.69, 0.9], 0.7, None, "missed"),
        ([39.0], None, 40, "ok"),
        ([41.0], None, 40, "missed"),
        ([41.0], None, None, ""),
    ],
)
def test_the_median_is_held_against_the_aim(
    rounds: list[float], least: float | None, most: float | None, verdict: str
) -> None:
    assert Figure("x", "", rounds, least, most).verdict == verdict


def test_the_terminal_shows_median_spread_aim_and_verdict() -> None:
    line = as_text(results(Figure("slates", "ms", [3.0, 1.0, 2.0], most=2.5))).splitlines()[1]
    assert line.split() == ["slates", "2", "ms", "1", "to", "3", "≤", "2.5", "ok"]


def test_a_busy_machine_is_pointed_out() -> None:
    assert "busy" in as_text(results(busy=3.0))
    assert "busy" not in as_text(results(busy=0.1))


def test_the_report_keeps_everything_and_its_page_stands_alone(tmp_path: Path) -> None:
    written = results(Figure("slates & more", "", [0.8], least=0.7))
    page = write_report(written, tmp_path).read_text("utf-8")
    assert msgspec.json.decode((tmp_path / "serving.json").read_bytes(), type=Results) == written
    assert "slates &amp; more" in page
    assert "<svg" in page
    assert "<script" not in page
    assert "src=" not in page
