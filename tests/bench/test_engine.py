"""The parts of a request are measured by what really answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from bench import engine
from bench.engine import HELLO, Results, as_text

ROOT = Path(__file__).parents[2]
# In a process of its own: counters shared by workers are chosen when the Prometheus client is first imported.
MEASURE = """
import sys, msgspec
from pathlib import Path
from bench.engine import Plan, Size, measure
results = measure(Plan(Size(300, 150), rounds=2, calls=3), Path(sys.argv[1]))
sys.stdout.buffer.write(msgspec.json.encode(results))
"""


def test_every_part_and_export_is_measured_in_every_round(registry: Path) -> None:
    told = subprocess.run([sys.executable, "-c", MEASURE, registry], capture_output=True, check=True, cwd=ROOT).stdout
    results = msgspec.json.decode(told, type=Results)
    assert {len(rounds) for rounds in (*results.calls_us.values(), *results.exported.values())} == {2}
    assert all(value > 0 for rounds in results.calls_us.values() for value in rounds)
    assert len([name for name in results.calls_us if name.startswith("Engine: ")]) == 11


def test_a_part_goes_on_where_its_last_round_stopped() -> None:
    called: list[int] = []
    part: list[Any] = [lambda number=number: called.append(number) for number in range(5)]
    measured = engine._calls(part, 3)
    measured(0)
    measured(1)
    assert called == [0, 1, 2, 3, 4, 0]


def test_the_table_compares_with_the_hello_world() -> None:
    table = as_text(Results({HELLO: [50.0, 100.0], "Engine: home": [100.0, 250.0]}, {"home": [12_345.0]}))
    assert "2.25 of the hello-world" in table.splitlines()[1]
    assert "12,345 customers/s" in table
