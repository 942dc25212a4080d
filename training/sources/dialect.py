"""Dialect: encoding, delimiter and header of a CSV file, found by looking at it."""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from training.config import TableInput
from training.errors import DataRefused, UsageError
from training.sources.encoding import detect, open_text

DELIMITERS = ",;\t|"
SAMPLE_CHARS = 100_000  # less than the longest field that the csv module takes
SAMPLE_RECORDS = 50
SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # what Excel writes for itself


@dataclass(frozen=True, slots=True)
class Dialect:
    """`header`: the column names; `skip_lines`: lines above the header; `alone`: there is no record below it."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skip_lines: int
    alone: bool
    notes: tuple[str, ...]


def dialect_of(path: Path, settings: TableInput) -> Dialect:
    """What the settings leave open is detected. Raises DataRefused on an empty file or one that cannot be read."""
    encoding, guessed = (settings.encoding, False) if settings.encoding else detect(path)
    sample = _sample(path, encoding)
    notes = (f"{path.name} is read as {encoding}, which is a guess; `encoding` sets it",) if guessed else ()
    sep = SEP_LINE.match(sample)
    body = sample[sep.end() :] if sep else sample
    delimiter = settings.delimiter or (sep[1] if sep else likeliest_delimiter(body))
    records = _records(body, delimiter)
    if not records:
        raise DataRefused(f"{path}: empty; expected a header line with column names")
    header = tuple(name.strip() for name in records[0])
    return Dialect(encoding, delimiter, header, 1 if sep else 0, len(records) == 1, notes)


def likeliest_delimiter(sample: str) -> str:
    """The one that cuts most records into as many fields as the header has, and that into most; else a comma."""
    scores: dict[str, tuple[int, int]] = {}
    for delimiter in DELIMITERS:
        widths = [len(record) for record in _records(sample, delimiter)]
        if widths and widths[0] > 1:
            scores[delimiter] = (sum(width == widths[0] for width in widths), widths[0])
    return max(scores, key=lambda delimiter: scores[delimiter], default=",")


def _sample(path: Path, encoding: str) -> str:
    name = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        with open_text(path) as file, io.TextIOWrapper(file, name, errors="replace", newline="") as text:
            return text.read(SAMPLE_CHARS)
    except LookupError:
        raise UsageError(f"{path}: no encoding is called {encoding!r}; expected one like 'cp1250'") from None


def _records(sample: str, delimiter: str) -> list[list[str]]:
    """The first records; the last of a cut sample may be cut too."""
    records = (record for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if record)
    return list(itertools.islice(records, SAMPLE_RECORDS))
