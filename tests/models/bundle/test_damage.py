"""Damaged bundles are refused, with the name of the file."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.bundle import Manifest, open_bundle, verify_bundle, write_bundle
from models.catalogue import Arrays
from models.errors import BundleDamaged, BundleError, BundleTooNew

ITEMS = "methods/als/items.npy"


def rewrite_manifest(bundle: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = bundle / "manifest.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def replace_array(bundle: Path, write: Callable[[Path], None]) -> None:
    """Another file in an array's place, of a length that the manifest grants."""
    write(bundle / ITEMS)
    size = (bundle / ITEMS).stat().st_size
    rewrite_manifest(bundle, lambda content: content["files"][ITEMS].update(bytes=size))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def extend(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def directory_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def loop_instead(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


@pytest.mark.parametrize("file", [ITEMS, "report.html"])
@pytest.mark.parametrize("damage", [truncate, extend, empty, Path.unlink, directory_instead, loop_instead])
def test_a_missing_file_or_one_of_another_length_is_refused(
    bundle_path: Path, damage: Callable[[Path], None], file: str
) -> None:
    damage(bundle_path / file)
    with pytest.raises(BundleDamaged, match=file):
        open_bundle(bundle_path)


def test_every_missing_file_is_named(bundle_path: Path) -> None:
    (bundle_path / ITEMS).unlink()
    (bundle_path / "report.html").unlink()
    with pytest.raises(BundleDamaged, match=rf"{ITEMS}: No such file.*report\.html: No such file"):
        open_bundle(bundle_path)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 4, 1), np.float32),
        np.zeros((4, 3), np.float32),
        np.zeros(12, np.float32),
        np.zeros((3, 4), np.int32),
        np.zeros((3, 4), ">f4"),
        np.zeros((3, 4), [("item", "<i4")]),
    ],
)
def test_an_array_of_another_shape_or_type_is_refused(bundle_path: Path, array: np.ndarray[Any, Any]) -> None:
    replace_array(bundle_path, lambda path: np.save(path, array))
    with pytest.raises(BundleDamaged, match=rf"{ITEMS}: .*should be <f4 of shape \(3, 4\)"):
        open_bundle(bundle_path)


def save_objects(path: Path) -> None:
    np.save(path, np.array([None] * 12, object).reshape(3, 4), allow_pickle=True)


def save_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps([1, 2, 3]))


def save_archive(path: Path) -> None:
    with path.open("wb") as handle:
        np.savez(handle, a=np.zeros(3))


def save_header_alone(path: Path) -> None:
    np.save(path, np.zeros((3, 4), np.float32))
    path.write_bytes(path.read_bytes()[:-48])


@pytest.mark.parametrize("write", [save_objects, save_pickle, save_archive, save_header_alone, empty])
def test_what_is_no_array_of_numbers_is_refused(bundle_path: Path, write: Callable[[Path], None]) -> None:
    replace_array(bundle_path, write)
    with pytest.raises(BundleDamaged, match=f"{ITEMS}: not a readable array"):
        open_bundle(bundle_path)


def test_a_pickle_is_never_loaded(bundle_path: Path, tmp_path: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "attacked",)

    replace_array(bundle_path, lambda path: np.save(path, np.array([Attack()], object), allow_pickle=True))
    with pytest.raises(BundleDamaged):
        open_bundle(bundle_path, verify=False)
    assert not (tmp_path / "attacked").exists()


def test_a_flipped_byte_is_found_by_verifying(bundle_path: Path) -> None:
    flip(bundle_path / ITEMS, -1)
    open_bundle(bundle_path)
    for check in (verify_bundle, lambda path: open_bundle(path, verify=True)):
        with pytest.raises(BundleDamaged, match=f"{ITEMS}: checksum differs"):
            check(bundle_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 175), bit=st.integers(0, 7))
def test_any_flipped_bit_is_refused_by_name_and_never_crashes(bundle_path: Path, position: int, bit: int) -> None:
    path = bundle_path / ITEMS
    assert path.stat().st_size == 176
    flip(path, position, 1 << bit)
    try:
        with pytest.raises(BundleDamaged, match=ITEMS):
            open_bundle(bundle_path, verify=True)
        open_unless_damaged(bundle_path)
    finally:
        flip(path, position, 1 << bit)


def open_unless_damaged(bundle: Path) -> None:
    """Without checksums a flipped bit may go unseen, but then the array is of the promised shape."""
    try:
        opened = open_bundle(bundle)
    except BundleDamaged:
        return
    assert opened.arrays["methods/als/items"].shape == (3, 4)


def flip(path: Path, position: int, bits: int = 0xFF) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= bits
    path.write_bytes(content)


def test_a_bundle_without_a_manifest_is_damaged(bundle_path: Path) -> None:
    (bundle_path / "manifest.json").unlink()
    with pytest.raises(BundleDamaged, match=r"manifest\.json: No such file"):
        open_bundle(bundle_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"format": 1}'])
def test_an_unreadable_manifest_is_damage_that_names_it(bundle_path: Path, content: bytes) -> None:
    (bundle_path / "manifest.json").write_bytes(content)
    with pytest.raises(BundleDamaged, match=r"manifest\.json: not a manifest"):
        open_bundle(bundle_path)


def test_a_newer_format_names_the_bundle_and_both_numbers(bundle_path: Path) -> None:
    rewrite_manifest(bundle_path, lambda content: content.update(format=7))
    with pytest.raises(BundleTooNew, match=r"manifest\.json: format 7, .* 1$"):
        open_bundle(bundle_path)


def test_a_path_that_leaves_the_bundle_is_refused(tmp_path: Path, arrays: Arrays, manifest: Manifest) -> None:
    for name in ("secret", "bundle"):
        write_bundle(tmp_path / name, arrays, manifest)

    def escape(content: dict[str, Any]) -> None:
        outside = f"../secret/{ITEMS}"
        content["files"][outside] = content["files"].pop(ITEMS)
        content["arrays"]["methods/als/items"]["file"] = outside

    rewrite_manifest(tmp_path / "bundle", escape)
    with pytest.raises(BundleError, match=r"manifest\.json: not a manifest.*regex"):
        open_bundle(tmp_path / "bundle")


def test_files_that_the_manifest_does_not_know_do_no_harm(bundle_path: Path) -> None:
    (bundle_path / "notes.txt").write_text("looked at on Monday")
    open_bundle(bundle_path, verify=True)
