"""Encoding: which of the encodings that shops export in a file is written in."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import IO, cast

import numpy as np

CHUNK = 1 << 20
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Letters that texts in the languages of a code page are full of. What decodes to other signs speaks against it.
COMMON = {
    "cp1250": set("ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűôľ"),
    "cp1251": set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ№"),
    "cp1252": set("éèêëàâçîïôùûüöäßáíóúñåæøãõ€®°"),
}


def open_text(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it begins like gzip, whatever its suffix."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def detect(path: Path) -> tuple[str, bool]:
    """The encoding, and whether it is a guess: a byte order mark or valid UTF-8 is none.

    Reads the file once, since the only foreign letter may be in its last line. Raises OSError and EOFError.
    """
    with open_text(path) as file:
        chunk = file.read(CHUNK)
        for mark, encoding in BYTE_ORDER_MARKS.items():
            if chunk.startswith(mark):
                return encoding, False
        decoder = codecs.getincrementaldecoder("utf-8")()
        while chunk:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return likeliest(chunk), True
            chunk = file.read(CHUNK)
    return "utf-8", False


def likeliest(sample: bytes) -> str:
    """The code page in which the letters beyond ASCII make most sense; cp1252 where two make as much."""
    foreign = bytes(byte for byte in sample if byte >= 0x80)
    scores = {name: _score(foreign, name) for name in ("cp1252", "cp1250")}
    if _runs_of_foreign(sample) > len(foreign) / 2:  # a Cyrillic word has no ASCII letter in it
        scores["cp1251"] = _score(foreign, "cp1251")
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > float("-inf") else "latin-1"


def _score(foreign: bytes, encoding: str) -> float:
    """Common letters less others; minus infinity where a byte means nothing."""
    try:
        text = foreign.decode(encoding).lower()
    except UnicodeDecodeError:
        return float("-inf")
    return sum(1 if letter in COMMON[encoding] else -1 for letter in text)


def _runs_of_foreign(sample: bytes) -> int:
    """How many bytes beyond ASCII follow another."""
    foreign = np.frombuffer(sample, np.uint8) >= 0x80
    return int((foreign[1:] & foreign[:-1]).sum())
