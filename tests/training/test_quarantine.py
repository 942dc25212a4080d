"""The file of rows that were set aside."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from training.quarantine import MAX_VALUE_CHARS, SCHEMA, quarantine_of, write_quarantine


def test_long_values_are_cut() -> None:
    frame = pl.DataFrame({name: ["x" * 500] if dtype == pl.String else [7] for name, dtype in SCHEMA.items()})
    assert quarantine_of([frame])["value"].str.len_chars().to_list() == [MAX_VALUE_CHARS]


def test_a_file_is_written_with_its_directory_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "quarantine.csv"
    write_quarantine(quarantine_of([]), path)
    write_quarantine(quarantine_of([]), path)
    assert path.read_text() == "table,file,row,column,value,reason\n"
    assert [file.name for file in path.parent.iterdir()] == ["quarantine.csv"]
