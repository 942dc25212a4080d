"""The manifest: what a bundle says about itself, as `manifest.json` beside the arrays."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from models.catalogue import Kind
from models.errors import BundleDamaged, BundleError, BundleTooNew
from models.methods.base import TimeUnit

BUNDLE_FORMAT = 1
MANIFEST = "manifest.json"
VERSION_PATTERN = r"\A[0-9A-Za-z][0-9A-Za-z._-]{0,99}\Z"
# No segment starts with a dot, so no path can be absolute or leave the bundle's directory.
_SEGMENT = r"[0-9A-Za-z_~][0-9A-Za-z._~-]{0,99}"
PATH_PATTERN = rf"\A{_SEGMENT}(/{_SEGMENT})*\Z"

Version = Annotated[str, msgspec.Meta(pattern=VERSION_PATTERN)]
RelativePath = Annotated[str, msgspec.Meta(pattern=PATH_PATTERN)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Size = Annotated[int, msgspec.Meta(ge=0)]


class StoredArray(msgspec.Struct, frozen=True):
    """Where an array lies and what its header must say; `dtype` is numpy's descriptor as text."""

    file: RelativePath
    shape: tuple[Size, ...]
    dtype: str


class StoredFile(msgspec.Struct, frozen=True):
    """What a file must be, byte for byte."""

    bytes: Size
    sha256: Sha256


class Window(msgspec.Struct, frozen=True):
    """The first and last order learnt from: ISO 8601 times, or order positions where there are no times."""

    first: str | int
    last: str | int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a bundle but its numbers. Fields that this release does not know are ignored."""

    format: int = BUNDLE_FORMAT
    version: Version
    created_at: Annotated[dt.datetime, msgspec.Meta(tz=True)]
    training_window: Window
    unit: TimeUnit
    reference: float
    timezone: str
    currency: str | None
    columns: dict[str, Kind]
    customer_columns: dict[str, Kind]
    methods: tuple[str, ...]
    config: dict[str, Any]
    data_fingerprint: Sha256
    evaluation: dict[str, Any]
    commit: str
    forced: str | None = None
    arrays: dict[str, StoredArray] = {}
    files: dict[RelativePath, StoredFile] = {}

    @property
    def size_bytes(self) -> int:
        return sum(file.bytes for file in self.files.values())


class _Header(msgspec.Struct):
    format: int


# Each format still read, and how its bytes become today's Manifest. A new format adds its own entry,
# keeps the one before it (which then fills in what is new), and drops the one before that.
READERS: dict[int, Callable[[bytes], Manifest]] = {1: msgspec.json.Decoder(Manifest).decode}


def new_version(now: dt.datetime) -> str:
    """A version that sorts by time to the microsecond and is unique, such as `20261122T235959Z-f423f9c1b`.

    `now`: with a time zone.
    """
    utc = now.astimezone(dt.UTC)
    return f"{utc:%Y%m%dT%H%M%SZ}-{utc.microsecond:05x}{secrets.token_hex(2)}"


def is_version(text: str) -> bool:
    return re.match(VERSION_PATTERN, text) is not None


def encode(manifest: Manifest) -> bytes:
    """Indented JSON. Raises BundleError when the manifest could not be read back."""
    try:
        data = msgspec.json.encode(manifest, enc_hook=_plain_number)
    except (TypeError, ValueError) as error:
        raise BundleError(f"the manifest cannot be stored: {error}") from error
    try:
        decode(data)
    except BundleError as error:
        raise BundleError(f"the manifest cannot be stored: {error}") from error
    return msgspec.json.format(data, indent=1) + b"\n"


def decode(data: bytes) -> Manifest:
    """Raises BundleDamaged, BundleTooNew, or BundleError for a format that is no longer read."""
    try:
        found = msgspec.json.decode(data, type=_Header).format
        if found in READERS:
            return _checked(READERS[found](data))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BundleDamaged(f"not a manifest: {error}") from error
    message = f"format {found}, but this release reads formats {min(READERS)} to {max(READERS)}"
    raise BundleTooNew(message) if found > max(READERS) else BundleError(message)


def read_manifest(directory: Path) -> Manifest:
    """Raises as `decode` does, with the file's name."""
    path = directory / MANIFEST
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise BundleDamaged(f"{path}: {error.strerror}") from error
    except BundleError as error:
        raise type(error)(f"{path}: {error}") from error


def _checked(manifest: Manifest) -> Manifest:
    unlisted = [name for name, array in manifest.arrays.items() if array.file not in manifest.files]
    if unlisted:
        raise BundleDamaged(f"arrays without a file: {', '.join(unlisted)}")
    return manifest


def _plain_number(value: object) -> object:
    """Configurations and figures hold numpy scalars, which JSON does not know."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON")
