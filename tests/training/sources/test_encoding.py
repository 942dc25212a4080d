"""Encodings are told from the bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from training.sources.encoding import detect, likeliest

POLISH = "Żółta łódź płynie; gęś, świeży ser, mąka, jabłka, sok z czarnej porzeczki, pączki"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy, sýr, mléko, chléb, ořechy, šťáva"
RUSSIAN = "Съешь ещё этих мягких французских булок, да выпей чаю"
FRENCH = "Crème brûlée, pâté de foie, forêt noire, où ça, déjà vu, thé glacé, bœuf à la mode"
GERMAN = "Käse, Brötchen, Äpfel, Süßigkeiten, Öl, Müsli, Weißwein"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (POLISH, "cp1250"),
        (CZECH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (FRENCH, "cp1252"),
        (GERMAN, "cp1252"),
        (GERMAN, "latin-1"),
    ],
)
def test_texts_without_a_mark_are_decoded_as_they_were_written(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    found, guessed = detect(path)
    assert path.read_bytes().decode(found) == text
    assert guessed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_no_guess(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"a,{POLISH}".encode(encoding))
    found, guessed = detect(path)
    assert found == ("utf-16" if encoding == "utf-16" else "utf-8")
    assert not guessed


def test_one_foreign_letter_at_the_end_of_a_long_packed_file_decides(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"  # packed, although the suffix does not say so
    path.write_bytes(gzip.compress(b"customer,item\n" * 200_000 + "żółw".encode("cp1250")))
    assert detect(path) == ("cp1250", True)


def test_bytes_that_mean_nothing_elsewhere_are_latin_1() -> None:
    assert likeliest(b"caf\xe9 \x81") == "latin-1"


def test_an_empty_file_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    assert detect(path) == ("utf-8", False)
