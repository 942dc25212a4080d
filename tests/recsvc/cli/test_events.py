"""recsvc events, up to the trainer that reads what they export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recsvc.settings import Secret, beside
from recsvc.state.events import Events
from recsvc.state.migrations import require_current
from recsvc.state.store import open_state
from tests.recsvc.state.test_events import event
from tests.training.feeds import config, csv, orders
from training.load import load

Run = Callable[..., Result]


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A registry beside which three events are stored, the first of them long ago."""
    registry = tmp_path / "registry"
    engine = open_state(Secret(beside(registry)))
    require_current(engine)
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    stored = [
        event(1, item_id="SKU-1", received_at=long_ago),
        event(2, item_id="SKU-2", customer_id="C-1", anonymous_id=None),
        event(2, item_id="SKU-1", source="server", event="recommendation_clicked", placement="home"),
    ]
    Events(engine).append(stored, max_rows=10)
    return registry


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet", ".csv"])
def test_the_trainer_reads_what_is_exported(recsvc: Run, registry: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"events{suffix}"
    told = recsvc("events", "export", "--output", output, "--registry", registry)
    assert (told.exit_code, told.output) == (0, f"3 events to {output}\n")
    lines = csv(tmp_path / "lines.csv", orders() | {"item_id": ["SKU-1", "SKU-2"] * 30})
    loaded = load(config(inputs__order_lines=str(lines), inputs__events=str(output)))
    (found,) = (table for table in loaded.findings.tables if table.table == "events")
    assert (found.rows_read, found.rows_faulty) == (3, 0)


def test_an_export_may_start_at_a_time(recsvc: Run, registry: Path, tmp_path: Path) -> None:
    output = tmp_path / "events.jsonl"
    recsvc("events", "export", "--output", output, "--since", "2021-01-01", "--registry", registry)
    assert output.read_text("utf-8").count("\n") == 2


def test_old_events_are_deleted(recsvc: Run, registry: Path, tmp_path: Path) -> None:
    told = recsvc("events", "delete", "--before", "2021-01-01", "--registry", registry)
    assert told.stdout == "1 events deleted\n"
    output = tmp_path / "events.csv"
    recsvc("events", "export", "--output", output, "--registry", registry)
    assert output.read_text("utf-8").count("\n") == 3
