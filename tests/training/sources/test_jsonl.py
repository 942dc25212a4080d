"""JSON Lines files, with lines that are none."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from training.errors import DataRefused
from training.sources.jsonl import JsonLinesPart
from training.sources.table import ROW, Unreadable


def read(path: Path) -> tuple[pl.DataFrame, list[Unreadable]]:
    part = JsonLinesPart(path)
    return part.read({name: name for name in part.names})


def written(directory: Path, *lines: str) -> Path:
    path = directory / "feed.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_values_of_any_type_are_read_as_text_and_keys_are_united(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, '{"a":1,"b":"x"}', '{"a":"007","c":true}', '{"a":null,"c":1.5,"b":"Żółw"}'))
    assert frame.rows(named=True) == [
        {"a": "1", "b": "x", "c": None, ROW: 1},
        {"a": "007", "b": None, "c": "true", ROW: 2},
        {"a": None, "b": "Żółw", "c": "1.5", ROW: 3},
    ]


def test_ids_beyond_64_bits_keep_every_digit(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, '{"a":12345678901234567890}', '{"a":"x"}'))
    assert frame["a"].to_list() == ["12345678901234567890", "x"]


@pytest.mark.parametrize("broken", ["{bad", '{"a":1} x', "[1]", "3", '"text"', '{"a":1}{"a":2}'])
def test_a_line_that_is_no_object_is_set_aside_and_the_others_keep_their_numbers(broken: str, tmp_path: Path) -> None:
    frame, unreadable = read(written(tmp_path, '{"a":"1"}', broken, "", '{"a":"3"}'))
    assert frame.rows() == [("1", 1), ("3", 3)]
    assert unreadable == [Unreadable(2, broken, "is not a JSON object")]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    frame, unreadable = read(written(tmp_path, '\ufeff{"a":"1"}', '{"a":"2"}'))
    assert frame["a"].to_list() == ["1", "2"]
    assert unreadable == []


def test_a_key_of_nested_values_without_a_common_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="not readable as JSON Lines"):
        read(written(tmp_path, '{"a":[1]}', '{"a":{"b":1}}'))


def test_values_that_are_nested_in_some_lines_only_are_read_as_text(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, '{"a":{"x":1},"b":"1"}', '{"a":1.5,"b":"2"}'))
    assert frame["a"][1] == "1.5"
    assert frame["b"].to_list() == ["1", "2"]


def test_a_file_that_vanishes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    part = JsonLinesPart(written(tmp_path, '{"a":1}'))
    (tmp_path / "feed.jsonl").unlink()
    with pytest.raises(DataRefused, match="not readable as JSON Lines"):
        part.read({"a": "a"})


def test_lists_stay_lists(tmp_path: Path) -> None:
    frame, _ = read(written(tmp_path, '{"category":["A","B"]}'))
    assert frame["category"].to_list() == [["A", "B"]]


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a":"1"}\n'))
    assert read(path)[0].rows() == [("1", 1)]


def test_a_cut_packed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a":"1"}\n' * 100_000)[:-30])
    with pytest.raises(DataRefused, match=r"feed\.jsonl\.gz: cannot be read"):
        read(path)


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), ("\n\n", "empty"), ("[\n1\n]", "the first is '\\['")])
def test_a_file_without_any_object_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(text)
    with pytest.raises(DataRefused, match=f"{reason}.*expected one JSON object a line"):
        read(path)


def test_other_encodings_than_utf_8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes('{"a":"é"}\n'.encode("latin-1"))
    with pytest.raises(DataRefused, match="cannot be read"):
        read(path)
