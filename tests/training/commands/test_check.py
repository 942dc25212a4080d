"""recsvc-train check on the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tests.training.feeds import csv, orders
from training.commands.check import command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def faults(result: Result) -> list[str]:
    """What standard error holds beside the log."""
    return [line.removeprefix("error: ") for line in result.stderr.splitlines() if line.startswith("error: ")]


def test_good_data_are_summed_up(tmp_path: Path) -> None:
    items = csv(tmp_path / "items.csv", {"item_id": [f"i{n}" for n in range(7)], "price": ["1 EUR"] * 7})
    result = run("--order-lines", csv(tmp_path / "lines.csv", orders()), "--items", items)
    assert result.exit_code == 0
    for line in (
        "customers: 6",
        "orders: 30",
        "time span: 2024-01-01T10:00+00:00 to 2024-01-05T10:00+00:00",
        "order lines joined to items: 100.0%",
        "currency: EUR",
        "off: items has no title: slates show ids alone",
    ):
        assert line in result.stdout.splitlines()
    assert "--quarantine" not in result.stdout


def test_rows_that_are_set_aside_are_counted_and_written(tmp_path: Path) -> None:
    columns = orders()
    columns["quantity"][3] = 0
    lines = csv(tmp_path / "lines.csv", columns)
    assert "which rows: --quarantine FILE lists them" in run("--order-lines", lines).stdout
    result = run("--order-lines", lines, "--quarantine", tmp_path / "faulty.csv")
    assert result.exit_code == 0
    assert "quantity is zero: 1" in result.stdout
    assert pl.read_csv(tmp_path / "faulty.csv")["row"].to_list() == [4]


def test_refused_data_are_summed_up_too_and_end_with_3(tmp_path: Path) -> None:
    columns = orders()
    columns["quantity"][:30] = [0] * 30
    lines = csv(tmp_path / "lines.csv", columns)
    result = run("--order-lines", lines, "--quarantine", tmp_path / "faulty.csv")
    assert result.exit_code == 3
    assert [fault.split(" ")[0] for fault in faults(result)] == ["order_lines", "only"]
    assert "orders: 15" in result.stdout
    assert pl.read_csv(tmp_path / "faulty.csv").height == 30


def test_a_wrong_command_ends_with_2_and_says_why(tmp_path: Path) -> None:
    result = run("--order-lines", tmp_path / "no.csv", "--items", tmp_path / "no.parquet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert faults(result) == [f"{tmp_path / name}: no such file" for name in ("no.csv", "no.parquet")]


def test_no_input_at_all_ends_with_2() -> None:
    assert run().exit_code == 2


def test_data_refused_before_anything_was_read_end_with_3(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("")
    assert run("--order-lines", tmp_path / "lines.csv").exit_code == 3


def test_guesses_and_warnings_are_shown(tmp_path: Path) -> None:
    columns = orders() | {"item_id": ["ż"] * 60}
    (tmp_path / "lines.csv").write_bytes(pl.DataFrame(columns).write_csv().encode("cp1250"))
    shown = run("--order-lines", tmp_path / "lines.csv").stdout.splitlines()
    assert "note: lines.csv is read as cp1250, which is a guess; `encoding` sets it" in shown
    assert "warning: 30 lines repeat an item of their order; their pieces are added up" in shown


def test_everything_may_come_from_a_configuration(tmp_path: Path) -> None:
    csv(tmp_path / "lines.csv", orders())
    (tmp_path / "training.toml").write_text('inputs.order_lines = "lines.csv"\n')
    assert run("--config", tmp_path / "training.toml").exit_code == 0


def test_queries_run_on_the_database_of_the_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        connection.execute("create table lines (customer_id, order_id, item_id, ordered_at, quantity, unit_price)")
        connection.executemany("insert into lines values (?, ?, ?, ?, ?, ?)", zip(*orders().values(), strict=True))
    monkeypatch.chdir(tmp_path)
    result = run("--database-url", "sqlite:///shop.db", "--order-lines", "select * from lines")
    assert result.exit_code == 0


def test_help_has_an_example() -> None:
    assert "recsvc-train check --order-lines orders.csv" in run("--help").stdout
