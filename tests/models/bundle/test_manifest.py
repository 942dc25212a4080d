"""The manifest: round trip, formats, and what it refuses."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.bundle import BUNDLE_FORMAT, Manifest, new_version
from models.bundle.manifest import READERS, StoredArray, StoredFile, decode, encode, is_version
from models.errors import BundleDamaged, BundleError, BundleTooNew

FILE = StoredFile(4, "a" * 64)


def changed(manifest: Manifest, **fields: Any) -> bytes:
    return json.dumps(json.loads(encode(manifest)) | fields).encode()


def test_a_manifest_reads_back_as_it_was_written(manifest: Manifest) -> None:
    full = replace(manifest, arrays={"a": StoredArray("a.npy", (1, 2), "<f4")}, files={"a.npy": FILE}, forced="sale")
    assert decode(encode(full)) == full


def test_numpy_scalars_in_configuration_and_figures_become_numbers(manifest: Manifest) -> None:
    data = encode(replace(manifest, config={"factors": np.int64(64)}, evaluation={"recall": np.float32(0.5)}))
    assert decode(data).config == {"factors": 64}
    assert decode(data).evaluation == {"recall": 0.5}


def test_fields_of_a_later_minor_release_are_ignored(manifest: Manifest) -> None:
    assert decode(changed(manifest, colour="green")) == manifest


def test_this_format_and_the_one_before_it_are_read() -> None:
    assert set(READERS) == {max(1, BUNDLE_FORMAT - 1), BUNDLE_FORMAT}


def test_a_newer_format_is_refused_with_both_numbers() -> None:
    newer = json.dumps({"format": BUNDLE_FORMAT + 6, "everything": "else"}).encode()
    with pytest.raises(BundleTooNew, match=rf"format {BUNDLE_FORMAT + 6}.* reads formats \d+ to {BUNDLE_FORMAT}"):
        decode(newer)


def test_a_format_no_longer_read_is_refused(manifest: Manifest) -> None:
    with pytest.raises(BundleError, match=r"format 0, but this release reads formats 1"):
        decode(changed(manifest, format=0))


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "1"},
        {"version": "../v1"},
        {"version": "v1\n"},
        {"version": ""},
        {"created_at": "2026-11-22T23:59:59"},
        {"unit": "week"},
        {"reference": "7"},
        {"columns": {"price": "money"}},
        {"data_fingerprint": "0" * 63},
        {"files": {"../x": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {"/x": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {"a/../../x": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {"x": {"bytes": -1, "sha256": "0" * 64}}},
        {"arrays": {"x": {"file": "../x.npy", "shape": [], "dtype": "<f4"}}},
        {"arrays": {"x": {"file": "x.npy", "shape": [], "dtype": "<f4"}}},
    ],
)
def test_a_wrong_field_is_damage(manifest: Manifest, fields: dict[str, Any]) -> None:
    with pytest.raises(BundleDamaged):
        decode(changed(manifest, **fields))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 100_000])
def test_what_is_not_a_manifest_is_damage(data: bytes) -> None:
    with pytest.raises(BundleDamaged, match="not a manifest"):
        decode(data)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_bundle_error(data: bytes) -> None:
    with pytest.raises(BundleError):
        decode(data)


@pytest.mark.parametrize(
    "fields", [{"reference": float("nan")}, {"version": "a/b"}, {"config": {"model": object()}}, {"commit": "\ud800"}]
)
def test_a_manifest_that_could_not_be_read_back_is_not_written(manifest: Manifest, fields: dict[str, Any]) -> None:
    with pytest.raises(BundleError, match="the manifest cannot be stored"):
        encode(replace(manifest, **fields))


def test_versions_tell_their_time_in_utc() -> None:
    prague = dt.timezone(dt.timedelta(hours=1))
    assert new_version(dt.datetime(2026, 11, 23, 0, 59, 59, tzinfo=prague)).startswith("20261122T235959Z-00000")


@given(st.lists(st.datetimes(min_value=dt.datetime(2000, 1, 1), timezones=st.just(dt.UTC)), unique=True))
def test_versions_sort_as_their_times_do(times: list[dt.datetime]) -> None:
    versions = [new_version(time) for time in sorted(times)]
    assert versions == sorted(versions)
    assert all(map(is_version, versions))
