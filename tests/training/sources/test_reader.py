"""Tables of one or several parts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from training.config import TableInput
from training.errors import DataRefused, UsageError
from training.sources.reader import read_table
from training.sources.table import PART, ROW, Table


def read(name: str, path: Path | str, **columns: str) -> Table:
    return read_table(name, TableInput(path=str(path), columns=columns))


def test_parquet_gives_the_columns_of_interest_with_row_numbers(tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": [1, 2], "Item ID": ["a", "b"], "note": ["x", "y"]}).write_parquet(
        tmp_path / "lines.parquet"
    )
    table = read("order_lines", tmp_path / "lines.parquet")
    assert table.frame.rows(named=True) == [
        {"customer_id": 1, "item_id": "a", ROW: 1, PART: 0},
        {"customer_id": 2, "item_id": "b", ROW: 2, PART: 0},
    ]
    assert table.source == str(tmp_path / "lines.parquet")


def test_parts_are_united_by_column_name_and_rows_counted_in_each(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("customer_id,item_id,quantity\n1,x,2\n")
    (tmp_path / "b.csv").write_text("item_id;customer_id\ny;2\nz;3\n")
    table = read("order_lines", tmp_path)
    assert table.frame.rows() == [("1", "x", "2", 1, 0), ("2", "y", None, 1, 1), ("3", "z", None, 2, 1)]
    assert table.parts == (str(tmp_path / "a.csv"), str(tmp_path / "b.csv"))


def test_unreadable_records_know_their_part(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("customer_id,item_id\n1,x\n")
    (tmp_path / "b.csv").write_text("customer_id,item_id\n1\n")
    assert [(record.part, record.row) for record in read("order_lines", tmp_path).unreadable] == [(1, 1)]


def test_parts_of_different_types_meet_as_text_unless_they_have_a_common_type(tmp_path: Path) -> None:
    zoned = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
    pl.DataFrame({"customer_id": [7], "item_id": [1], "quantity": [1], "ordered_at": [zoned]}).write_parquet(
        tmp_path / "a.parquet"
    )
    pl.DataFrame(
        {"customer_id": ["007"], "item_id": [None], "quantity": [1.5], "ordered_at": [dt.date(2024, 1, 2)]}
    ).write_parquet(tmp_path / "b.parquet")
    frame = read("order_lines", tmp_path).frame
    assert frame["customer_id"].to_list() == ["7", "007"]
    assert frame["item_id"].to_list() == [1, None]
    assert frame["quantity"].to_list() == [1.0, 1.5]
    assert frame["ordered_at"].dtype == pl.String


def test_zones_of_parts_meet_in_utc(tmp_path: Path) -> None:
    for name, zone in (("a", "Europe/Warsaw"), ("b", "America/New_York")):
        times = pl.Series([dt.datetime(2024, 1, 1, 12)]).dt.replace_time_zone(zone)
        pl.DataFrame({"customer_id": [1], "item_id": [1], "ordered_at": times}).write_parquet(
            tmp_path / f"{name}.parquet"
        )
    hours = read("order_lines", tmp_path).frame["ordered_at"].dt.hour()
    assert hours.to_list() == [11, 17]


def test_category_lists_become_paths_and_other_nested_attributes_are_left_out_with_a_note(tmp_path: Path) -> None:
    frame = pl.DataFrame({"item_id": [1], "category": [["Food", "Tea"]], "images": [["a", "b"]], "size": [{"w": 1}]})
    frame.write_parquet(tmp_path / "items.parquet")
    table = read("items", tmp_path / "items.parquet")
    assert table.frame.select(pl.exclude(ROW, PART)).rows() == [(1, "Food > Tea")]
    assert table.notes == tuple(f"column {name} holds nested values and is left out" for name in ("images", "size"))


def test_categoricals_bytes_and_clock_times_are_read_as_text(tmp_path: Path) -> None:
    frame = pl.DataFrame({"item_id": [b"a"], "brand": ["x"], "opens": [dt.time(8)]})
    frame.with_columns(pl.col("brand").cast(pl.Categorical)).write_parquet(tmp_path / "items.parquet")
    table = read("items", tmp_path / "items.parquet")
    assert table.frame.select("item_id", "brand", "opens").rows() == [("a", "x", "08:00:00")]


def test_ids_in_lists_are_refused(tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": [[1]], "item_id": [1]}).write_parquet(tmp_path / "lines.parquet")
    with pytest.raises(DataRefused, match=r"order_lines: .*: column customer_id holds nested values"):
        read("order_lines", tmp_path / "lines.parquet")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    pl.DataFrame({"customer_id": [b"\xff"], "item_id": [1]}).write_parquet(tmp_path / "lines.parquet")
    with pytest.raises(DataRefused, match="column customer_id holds bytes that are not UTF-8"):
        read("order_lines", tmp_path / "lines.parquet")


@pytest.mark.parametrize("cut", [0, 3, 100, -10])
def test_damaged_parquet_is_refused_in_one_line(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    pl.DataFrame({"customer_id": range(1000), "item_id": range(1000)}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DataRefused, match=r"lines\.parquet: not a readable Parquet file: ") as caught:
        read("order_lines", path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("end", [600, 2000])
def test_a_file_that_lacks_its_middle_is_refused_even_where_the_reader_panics(end: int, tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    pl.DataFrame({"customer_id": range(1000), "item_id": [f"i{n % 50}" for n in range(1000)]}).write_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[:100] + content[end:])
    with pytest.raises(DataRefused, match=r"not a readable Parquet file: (its pages are damaged|parquet: )"):
        read("order_lines", path)


def test_a_damaged_page_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    pl.DataFrame({"customer_id": range(10_000), "item_id": range(10_000)}).write_parquet(path)
    content = bytearray(path.read_bytes())
    content[4:104] = b"\xff" * 100
    path.write_bytes(content)
    with pytest.raises(DataRefused, match="not a readable Parquet file"):
        read("order_lines", path)


def test_faults_of_all_parts_are_listed_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "b.csv").write_text("customer,item_id\n1,2\n")
    with pytest.raises(DataRefused) as caught:
        read("order_lines", tmp_path)
    assert [fault.split(": ")[0] for fault in caught.value.faults] == [str(tmp_path / "a.csv"), "order_lines"]


def test_a_mapping_of_a_column_that_no_part_has_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("customer_id,item_id\n1,2\n")
    with pytest.raises(UsageError, match="no column 'Menge', which `columns` names as quantity; found: customer_id"):
        read("order_lines", tmp_path / "a.csv", quantity="Menge")


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read("order_lines", tmp_path / "a.csv")


def test_json_lines_are_tables_too(tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text('{"customerId":"1","itemId":5}\n')
    assert read("order_lines", tmp_path / "lines.jsonl").frame.rows() == [("1", "5", 1, 0)]
