"""recsvc export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest
from click.testing import Result

from recsvc.settings import Settings
from tests.engines import Learned

Run = Callable[..., Result]


def test_everyone_has_a_full_slate_in_the_file(recsvc: Run, settings: Settings, tmp_path: Path, shop: Learned) -> None:
    path = tmp_path / "home.parquet"
    told = recsvc("export", "--registry", settings.registry, "--placement", "home", "--limit", 5, "--output", path)
    assert told.exit_code == 0, told.output
    assert told.stdout == ""
    assert f"{shop.dataset.n_customers} customers to {path}" in told.stderr
    rows = pyarrow.parquet.read_table(path)
    assert rows.column_names == ["customer_id", "rank", "item_id", "score", "method", "reason"]
    assert len(rows) == 5 * shop.dataset.n_customers


def test_named_customers_alone_in_the_order_named(recsvc: Run, settings: Settings, tmp_path: Path) -> None:
    chosen = tmp_path / "customers.csv"
    chosen.write_text("customer_id\nc0007\nnobody\nc0003\n")
    path = tmp_path / "home.csv"
    asked = ("--placement", "home", "--limit", 1, "--customers", chosen, "--output", path, "--as-of", "2024-07-01")
    assert recsvc("export", "--registry", settings.registry, *asked).exit_code == 0
    _, *rows = path.read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ['"c0007"', '"nobody"', '"c0003"']


def test_wide_has_a_row_for_each_customer(recsvc: Run, settings: Settings, tmp_path: Path, shop: Learned) -> None:
    path = tmp_path / "home.parquet"
    asked = ("--placement", "home", "--limit", 2, "--format", "wide", "--output", path)
    told = recsvc("export", "--registry", settings.registry, *asked, "--public-url", "https://shop.example")
    assert told.exit_code == 0, told.output
    rows = pyarrow.parquet.read_table(path)
    assert len(rows) == shop.dataset.n_customers
    assert rows["item_1_link"][0].as_py().startswith("https://shop.example/p/")


@pytest.mark.parametrize("layout", ["long", "wide"])
def test_an_export_carries_the_tokens_of_a_mailing(
    recsvc: Run, settings: Settings, tmp_path: Path, layout: str
) -> None:
    state = f"sqlite:///{tmp_path}/state.sqlite"
    recsvc("tokens", "keys", "create", "--state", state)
    chosen, path = tmp_path / "customers.csv", tmp_path / "home.parquet"
    chosen.write_text("customer_id\nc0007\nc0003\n")
    expires = f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=30):%Y-%m-%d}"
    asked = ("--placement", "home", "--limit", 2, "--format", layout, "--customers", chosen, "--output", path)
    named = ("--campaign", "spring", "--expires", expires, "--state", state)
    told = recsvc("export", "--registry", settings.registry, *asked, *named)
    assert told.exit_code == 0, told.output
    rows = pyarrow.parquet.read_table(path).to_pylist()
    assert list(rows[0])[:2] == ["customer_id", "token"]
    for row in rows:
        assert f"customer  {row['customer_id']}\n" in recsvc("tokens", "verify", row["token"], "--state", state).stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (("--placement", "home", "--output", "{tmp}/x.xlsx"), 1, "must end in .parquet, .csv, .jsonl"),
        (("--placement", "home", "--output", "{tmp}/x.csv", "--campaign", "spring"), 2, "go together"),
        (("--placement", "hom", "--output", "{tmp}/x.csv"), 2, "did you mean 'home'?"),
        (("--placement", "home", "--output", "{tmp}/no/x.csv"), 1, "No such file or directory"),
        (("--placement", "home", "--output", "{tmp}/x.csv", "--customers", "{tmp}/none"), 2, "does not exist"),
    ],
)
def test_a_wrong_export_writes_nothing(
    recsvc: Run, settings: Settings, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, message: str
) -> None:
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    refused = recsvc("export", "--registry", settings.registry, *given)
    assert refused.exit_code == exit_code
    assert message in refused.output
    assert list(tmp_path.iterdir()) == []
