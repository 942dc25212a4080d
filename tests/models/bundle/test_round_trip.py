"""What is written is what is opened: every name, shape and type."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from msgspec.structs import replace
from numpy.typing import NDArray

from models.bundle import Bundle, Manifest, open_bundle, verify_bundle, warm, write_bundle
from models.bundle.npy import array_file
from models.catalogue import Arrays
from models.errors import BundleError
from models.slots import SLOT

DTYPES = st.one_of(
    hnp.scalar_dtypes(),
    hnp.byte_string_dtypes(min_len=1),
    hnp.unicode_string_dtypes(min_len=1),
    hnp.datetime64_dtypes(),
    st.just(SLOT),
)
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["../a", "/a", "a/b", "A", "a"]
)


def same(left: NDArray[Any], right: NDArray[Any]) -> bool:
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, ARRAYS, max_size=3))
def test_arrays_of_any_name_shape_and_type_come_back(manifest: Manifest, arrays: dict[str, NDArray[Any]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        write_bundle(Path(directory), arrays, manifest)
        opened = open_bundle(Path(directory), verify=True)
        assert opened.arrays.keys() == arrays.keys()
        assert all(same(opened.arrays[name], array) for name, array in arrays.items())


def test_the_returned_manifest_is_the_one_on_disk(bundle_path: Path, arrays: Arrays, manifest: Manifest) -> None:
    assert write_bundle(bundle_path, arrays, manifest) == open_bundle(bundle_path).manifest


def test_the_manifest_describes_every_file_byte_for_byte(bundle_path: Path) -> None:
    found = {
        str(path.relative_to(bundle_path)): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in bundle_path.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    stored = json.loads((bundle_path / "manifest.json").read_text())["files"]
    assert {name: (file["bytes"], file["sha256"]) for name, file in stored.items()} == found
    assert {"report.html", "report.json", "methods/als/items.npy"} < set(found)


def test_arrays_are_plain_read_only_views_of_the_files(bundle_path: Path) -> None:
    for array in open_bundle(bundle_path).arrays.values():
        assert type(array) is np.ndarray
        assert not array.flags.writeable
        assert isinstance(array.base, np.memmap)


def test_a_column_major_array_is_stored_row_major(tmp_path: Path, manifest: Manifest) -> None:
    array = np.asfortranarray(np.arange(6).reshape(2, 3))
    write_bundle(tmp_path, {"a": array}, manifest)
    opened = open_bundle(tmp_path).arrays["a"]
    assert opened.flags.c_contiguous
    assert np.array_equal(opened, array)


@given(st.lists(NAMES, min_size=2, max_size=2, unique=True))
def test_two_array_names_have_two_files_even_where_case_is_ignored(names: list[str]) -> None:
    first, second = (array_file(name).casefold() for name in names)
    assert first != second


def test_objects_and_bad_paths_are_refused_together_before_anything_is_written(
    tmp_path: Path, manifest: Manifest
) -> None:
    arrays = {"fine": np.ones(2), "objects": np.array([None]), "records": np.zeros(1, [("a", "O")])}
    files = {"../report.html": b"", "manifest.json": b"", "fine.npy": b"", "report.html": b""}
    with pytest.raises(BundleError) as error:
        write_bundle(tmp_path / "bundle", arrays, manifest, files)
    for fault in ("'objects'", "'records'", "'../report.html'", "'manifest.json'", "'fine.npy'"):
        assert fault in str(error.value)
    assert "'report.html'" not in str(error.value)
    assert not (tmp_path / "bundle").exists()


def test_a_manifest_that_cannot_be_stored_is_refused_before_anything_is_written(
    tmp_path: Path, arrays: Arrays, manifest: Manifest
) -> None:
    with pytest.raises(BundleError, match="the manifest cannot be stored"):
        write_bundle(tmp_path / "bundle", arrays, replace(manifest, reference=float("inf")))
    assert not (tmp_path / "bundle").exists()


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BundleError, match="file/bundle: Not a directory"):
        write_bundle(tmp_path / "file" / "bundle", {}, manifest)


def test_a_disk_that_takes_no_more_is_a_clear_error_and_no_bundle(tmp_path: Path, manifest: Manifest) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(BundleError, match="File too large"):
            write_bundle(tmp_path, {"large": np.zeros(100_000)}, manifest)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    with pytest.raises(BundleError, match=r"manifest\.json"):
        open_bundle(tmp_path)


def test_files_get_the_modes_of_the_umask(tmp_path: Path, arrays: Arrays, manifest: Manifest) -> None:
    before = os.umask(0o027)
    try:
        write_bundle(tmp_path / "bundle", arrays, manifest, {"report.html": b""})
    finally:
        os.umask(before)
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (tmp_path / "bundle").rglob("*")}
    assert modes == {(True, 0o750), (False, 0o640)}


def test_warming_touches_everything_within_the_limit_and_no_more_than_it(bundle_path: Path) -> None:
    bundle = open_bundle(bundle_path)
    total = sum(array.nbytes for array in bundle.arrays.values())
    assert warm(bundle, 10**9) == total
    assert warm(bundle, total - 1) == total - 1
    assert warm(bundle, 0) == 0


def test_warming_starts_with_small_arrays(tmp_path: Path, manifest: Manifest) -> None:
    write_bundle(tmp_path, {"large": np.zeros(3_000_000, np.uint8), "small": np.zeros(2_000_000, np.uint8)}, manifest)
    bundle = open_bundle(tmp_path)
    warm(bundle, 2_000_000)
    assert resident_bytes(bundle, "small") >= 2_000_000
    assert resident_bytes(bundle, "large") == 0


def resident_bytes(bundle: Bundle, name: str) -> int:
    """How much of an array's file this process has mapped into memory."""
    file = str(bundle.path / bundle.manifest.arrays[name].file)
    blocks = Path("/proc/self/smaps").read_text().split("VmFlags")
    block = next(block for block in blocks if file in block)
    return 1024 * int(block.split("Rss:")[1].split()[0])


def test_verifying_returns_the_manifest(bundle_path: Path) -> None:
    assert verify_bundle(bundle_path) == open_bundle(bundle_path).manifest
