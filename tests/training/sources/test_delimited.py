"""CSV files as shops have them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.config import TableInput
from training.errors import DataRefused, UsageError
from training.sources.delimited import DelimitedPart
from training.sources.dialect import likeliest_delimiter
from training.sources.table import ROW, Unreadable


def read(path: Path, **settings: Any) -> tuple[pl.DataFrame, list[Unreadable]]:
    part = DelimitedPart(path, TableInput(path=str(path), **settings))
    return part.read({name: name for name in part.names if name})


def written(directory: Path, text: str, encoding: str = "utf-8") -> Path:
    path = directory / "feed.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found(delimiter: str, newline: str, tmp_path: Path) -> None:
    rows = [["a", "b", "c"], ["1", "2,5", "x|y"], ["007", "", "z;z"]]
    text = newline.join(delimiter.join(f'"{value}"' for value in row) for row in rows)
    frame, unreadable = read(written(tmp_path, text))
    assert frame.drop(ROW).rows() == [("1", "2,5", "x|y"), ("007", "", "z;z")]
    assert unreadable == []


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    assert likeliest_delimiter("a;b\n1,5;2,5\n1,0;3,5\n") == ";"


def test_a_file_of_one_column_has_a_comma_for_a_delimiter() -> None:
    assert likeliest_delimiter("item_id\n1\n") == ","


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_encodings_give_the_same_text(encoding: str, tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, "tytuł;b\nŻółty ser, świeży;1\n", encoding))
    assert frame.drop(ROW).to_dict(as_series=False) == {"tytuł": ["Żółty ser, świeży"], "b": ["1"]}


def test_a_guessed_encoding_is_noted_and_a_named_one_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b\nśliwka;1\n", "cp1250")
    assert DelimitedPart(path, TableInput(path=str(path))).notes == (
        "feed.csv is read as cp1250, which is a guess; `encoding` sets it",
    )
    assert DelimitedPart(path, TableInput(path=str(path), encoding="cp1250")).notes == ()


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    frame, _ = read(path)
    assert frame.rows() == [("1", "2", 1)]


def test_quoted_line_breaks_and_quotes_belong_to_the_value(tmp_path: Path) -> None:
    frame, unreadable = read(written(tmp_path, '"a",b\n"two\nlines","5"" pipe"\n6" pipe,x\n'))
    assert frame.rows() == [("two\nlines", '5" pipe', 1), ('6" pipe', "x", 2)]
    assert unreadable == []


def test_records_of_another_width_are_set_aside_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    frame, unreadable = read(written(tmp_path, "a,b\n1,2\n\n3\n4,5\n6,7,8\n9,9\n"))
    assert frame[ROW].to_list() == [1, 3, 5]
    assert unreadable == [
        Unreadable(2, "3", "has 1 fields, where the header has 2"),
        Unreadable(4, "6,7,8", "has 3 fields, where the header has 2"),
    ]


def test_an_announced_delimiter_is_taken(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, "sep=|\r\na|b\r\n1|2\r\n"))
    assert frame.rows() == [("1", "2", 1)]


def test_settings_win_over_what_is_detected(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, "a;b,c\n1;2,3\n"), delimiter=";")
    assert frame.columns == ["a", "b,c", ROW]


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "a,b\n\n"])
def test_a_header_alone_is_a_table_without_rows(text: str, tmp_path: Path) -> None:
    frame, unreadable = read(written(tmp_path, text))
    assert frame.shape == (0, 3)
    assert unreadable == []


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DataRefused, match="empty; expected a header line") as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_cut_packed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)[:-20])
    with pytest.raises(DataRefused, match=r"feed\.csv\.gz: cannot be read: Compressed file ended"):
        read(path)


def test_a_missing_byte_in_a_named_encoding_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\né,1\n", "latin-1")
    with pytest.raises(DataRefused, match="not readable as CSV"):
        read(path, encoding="utf-8")


def test_an_unknown_encoding_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no encoding is called 'klingon'"):
        read(written(tmp_path, "a,b\n1,2\n"), encoding="klingon")


def test_a_field_beyond_all_bounds_does_not_stop_the_detection(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, f"a,b\n{'x' * 150_000},2\n"))
    assert frame["a"].str.len_chars().to_list() == [150_000]


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=2, max_size=2),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_read_again(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("feed") / "feed.csv"
    frame = pl.DataFrame(rows, schema=["a", "b"], orient="row")
    frame.write_csv(path, quote_style="always")
    assert read(path)[0].drop(ROW).rows() == frame.rows()
