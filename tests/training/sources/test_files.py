"""Paths, directories and globs."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.errors import UsageError
from training.sources.files import parts_of


def touch(directory: Path, *names: str) -> None:
    for name in names:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).touch()


def names_of(path: Path | str) -> list[str]:
    return [file.name for file in parts_of(str(path))[1]]


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.parquet", "parquet"), ("a.CSV.gz", "csv"), ("a.tsv", "csv"), ("a.txt", "csv"), ("a.ndjson.gz", "jsonl")],
)
def test_the_suffix_tells_the_format(name: str, form: str, tmp_path: Path) -> None:
    touch(tmp_path, name)
    assert parts_of(str(tmp_path / name)) == (form, [tmp_path / name])


def test_a_directory_is_its_parts_by_name_without_what_engines_leave_beside_them(tmp_path: Path) -> None:
    touch(tmp_path, "b.parquet", "a.parquet", "day=1/c.parquet", "_SUCCESS", ".a.parquet.crc", "_tmp/d.parquet", "x.md")
    assert names_of(tmp_path) == ["a.parquet", "b.parquet", "c.parquet"]


def test_a_glob_is_what_it_matches(tmp_path: Path) -> None:
    touch(tmp_path, "2024-02.csv", "2024-01.csv", "2023-12.csv")
    assert names_of(tmp_path / "2024-*.csv") == ["2024-01.csv", "2024-02.csv"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    touch(tmp_path, "a[1].csv", "a1.csv")
    assert names_of(tmp_path / "a[1].csv") == ["a[1].csv"]


@pytest.mark.parametrize(
    ("files", "path", "fault"),
    [
        ((), "a.csv", r"a\.csv: no such file"),
        ((), "*.csv", "no file matches"),
        (("readme.md",), ".", r"no part in this directory; expected files ending in \.parquet"),
        (("a.xlsx",), "a.xlsx", r"unknown suffix; expected \.parquet, .*\.json, each of text formats also with \.gz"),
        (("a.csv", "b.parquet"), ".", "parts of several formats: csv, parquet; expected one"),
        (("a.csv", "b.md"), "*", "unknown suffix"),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(files: tuple[str, ...], path: str, fault: str, tmp_path: Path) -> None:
    touch(tmp_path, *files)
    with pytest.raises(UsageError, match=fault):
        parts_of(str(tmp_path / path))
