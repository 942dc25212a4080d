"""The registry: publishing, listing, rolling back, pruning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from models.bundle import Manifest, Registry, open_bundle, write_bundle
from models.catalogue import Arrays
from models.errors import BundleDamaged, BundleError, NoBundle, RegistryLocked

Publish = Callable[[str], None]


def test_a_registry_that_is_not_there_is_empty_and_reading_does_not_make_it(registry: Registry) -> None:
    assert registry.current() is None
    assert registry.versions() == []
    assert registry.bundles() == []
    with pytest.raises(NoBundle, match="no current bundle"):
        registry.open_current()
    with pytest.raises(NoBundle, match="has no bundles"):
        registry.rollback()
    assert not registry.path.exists()


def test_a_published_bundle_is_current_and_in_its_place(registry: Registry, publish: Publish) -> None:
    publish("v1")
    publish("v2")
    assert registry.current() == "v2"
    assert registry.versions() == ["v1", "v2"]
    assert registry.open_current(verify=True).path == registry.path / "bundles" / "v2"
    assert sorted(path.name for path in registry.path.iterdir()) == ["CURRENT", "bundles", "lock"]
    assert sorted(path.name for path in (registry.path / "bundles").iterdir()) == ["v1", "v2"]


def test_publishing_returns_the_manifest(registry: Registry, arrays: Arrays, manifest: Manifest) -> None:
    with registry.staging() as directory:
        written = write_bundle(directory, arrays, manifest)
        assert registry.publish(directory) == written


def test_an_unpublished_staging_directory_goes_even_after_an_error(registry: Registry) -> None:
    def fail() -> None:
        with registry.staging() as directory:
            (directory / "half").write_text("of a bundle")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list((registry.path / "bundles").iterdir()) == []


def test_two_bundles_can_be_written_side_by_side(registry: Registry, arrays: Arrays, manifest: Manifest) -> None:
    with registry.staging() as trial, registry.staging() as final:
        write_bundle(trial, arrays, replace(manifest, version="trial"))
        write_bundle(final, arrays, replace(manifest, version="final"))
        registry.publish(final)
        assert open_bundle(trial).manifest.version == "trial"
    assert registry.versions() == ["final"]


def test_a_version_is_published_once(registry: Registry, publish: Publish) -> None:
    publish("v1")
    with pytest.raises(BundleError, match="has a bundle 'v1' already"):
        publish("v1")
    assert registry.current() == "v1"


def test_a_bundle_that_cannot_be_opened_is_not_published(
    registry: Registry, publish: Publish, arrays: Arrays, manifest: Manifest
) -> None:
    publish("v1")
    with registry.staging() as directory:
        write_bundle(directory, arrays, replace(manifest, version="v2"))
        (directory / "scalar.npy").unlink()
        with pytest.raises(BundleDamaged, match=r"scalar\.npy"):
            registry.publish(directory)
    assert (registry.current(), registry.versions()) == ("v1", ["v1"])


def test_the_list_shows_newest_first_with_size_figures_and_the_current_one(
    registry: Registry, publish: Publish
) -> None:
    publish("v1")
    publish("v2")
    newest, oldest = registry.bundles()
    assert (newest.version, newest.current, oldest.version, oldest.current) == ("v2", True, "v1", False)
    assert newest.fault is None
    assert newest.created_at == dt.datetime(2026, 11, 22, 23, 59, 59, tzinfo=dt.UTC)
    assert newest.headline == {"recall@10": 0.25}
    files = (registry.path / "bundles" / "v2").rglob("*.npy")
    assert newest.size_bytes == sum(file.stat().st_size for file in files)


def test_the_list_describes_damaged_bundles(registry: Registry, publish: Publish) -> None:
    for version in ("v1", "v2", "v3"):
        publish(version)
    (registry.path_of("v1") / "manifest.json").write_text("{")
    (registry.path_of("v2") / "scalar.npy").unlink()
    sound, without_array, without_manifest = registry.bundles()
    assert sound.fault is None
    assert "scalar.npy: No such file" in str(without_array.fault)
    assert without_array.headline == {"recall@10": 0.25}
    assert "not a manifest" in str(without_manifest.fault)
    assert (without_manifest.manifest, without_manifest.created_at) == (None, None)
    assert (without_manifest.size_bytes, without_manifest.headline) == (0, {})


def test_a_directory_renamed_by_hand_is_not_the_version_it_claims(registry: Registry, publish: Publish) -> None:
    publish("v1")
    (registry.path / "bundles" / "v1").rename(registry.path / "bundles" / "v2")
    with pytest.raises(BundleDamaged, match="the manifest is of version v1"):
        registry.open("v2")


@pytest.mark.parametrize("version", ["v9", "", ".", "..", "../bundles/v1", "/"])
def test_an_unknown_version_is_refused(registry: Registry, publish: Publish, version: str) -> None:
    publish("v1")
    for use in (registry.inspect, registry.path_of, registry.open, registry.rollback):
        with pytest.raises(BundleError, match="has no bundle"):
            use(version)
    assert registry.current() == "v1"


@pytest.mark.parametrize("content", ["v9", "", "../v1", "\udcff"])
def test_a_current_file_that_names_no_bundle_is_diagnosed_and_mended_by_rolling_back(
    registry: Registry, publish: Publish, content: str
) -> None:
    publish("v1")
    (registry.path / "CURRENT").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(BundleError, match=r"CURRENT names .* does not have: roll back"):
        registry.current()
    assert [info.current for info in registry.bundles()] == [False]
    registry.rollback("v1")
    assert registry.current() == "v1"


def test_a_registry_that_cannot_be_read_is_named(registry: Registry) -> None:
    registry.path.write_text("a file")
    with pytest.raises(BundleError, match=r"CURRENT: Not a directory"):
        registry.current()


def test_a_registry_that_cannot_be_made_is_named(registry: Registry) -> None:
    registry.path.write_text("a file")
    with pytest.raises(BundleError, match="no registry that can be written to"), registry.lock():
        pass
    with pytest.raises(BundleError, match="no registry that can be written to"):
        registry.run_directory("r1")


def test_rolling_back_goes_to_the_bundle_before_each_time(registry: Registry, publish: Publish) -> None:
    for version in ("v1", "v2", "v3"):
        publish(version)
    assert (registry.rollback(), registry.current()) == ("v2", "v2")
    assert (registry.rollback(), registry.current()) == ("v1", "v1")
    with pytest.raises(NoBundle, match="no bundle before"):
        registry.rollback()
    assert (registry.rollback("v3"), registry.current()) == ("v3", "v3")


def test_rolling_back_to_a_damaged_bundle_changes_nothing(registry: Registry, publish: Publish) -> None:
    publish("v1")
    publish("v2")
    file = registry.path_of("v1") / "scalar.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(BundleDamaged, match=r"scalar\.npy: checksum differs"):
        registry.rollback()
    assert registry.current() == "v2"


def test_pruning_keeps_the_newest(registry: Registry, publish: Publish) -> None:
    for version in ("v1", "v2", "v3", "v4", "v5"):
        publish(version)
    assert registry.prune(keep=3) == ["v1", "v2"]
    assert registry.versions() == ["v3", "v4", "v5"]
    assert registry.prune(keep=3) == []


def test_pruning_spares_the_current_bundle_and_the_one_before_it(registry: Registry, publish: Publish) -> None:
    for version in ("v1", "v2", "v3", "v4", "v5"):
        publish(version)
    registry.rollback("v3")
    assert registry.prune(keep=1) == ["v1", "v4"]
    assert registry.versions() == ["v2", "v3", "v5"]


def test_pruning_to_nothing_is_refused(registry: Registry, publish: Publish) -> None:
    publish("v1")
    with pytest.raises(ValueError, match="keep must be at least 1: 0"):
        registry.prune(keep=0)


def test_an_open_bundle_outlives_its_removal(registry: Registry, publish: Publish, arrays: Arrays) -> None:
    publish("v1")
    opened = registry.open("v1")
    publish("v2")
    publish("v3")
    assert registry.prune(keep=1) == ["v1"]
    assert not opened.path.exists()
    assert np.array_equal(opened.arrays["methods/als/items"], arrays["methods/als/items"])


def test_reading_leaves_no_trace(registry: Registry, publish: Publish) -> None:
    publish("v1")
    publish("v2")

    def traces() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_ctime_ns) for path in registry.path.rglob("*")}

    before = traces()
    reader = Registry(registry.path)
    reader.current()
    reader.bundles()
    reader.open_current(verify=True)
    assert traces() == before


def test_what_a_writer_does_needs_the_lock(registry: Registry, publish: Publish) -> None:
    publish("v1")
    publish("v2")
    other = Registry(registry.path)
    with registry.lock():
        for write in (other.rollback, lambda: other.prune(keep=1), lambda: other.staging().__enter__()):
            with pytest.raises(RegistryLocked, match="is held by process"):
                write()
        assert other.current() == "v2"


def test_a_run_holds_the_lock_across_everything_it_does(registry: Registry, publish: Publish) -> None:
    with registry.lock():
        publish("v1")
        publish("v2")
        registry.rollback()
        with pytest.raises(RegistryLocked), Registry(registry.path).lock():
            pass
    with Registry(registry.path).lock():
        pass


def test_a_copy_made_during_a_publication_keeps_its_current_bundle(registry: Registry, publish: Publish) -> None:
    publish("v1")
    (registry.path / "PUBLISHING").write_text("v1")
    with registry.lock():
        pass
    assert (registry.current(), registry.versions()) == ("v1", ["v1"])


def test_the_newest_runs_are_kept_and_what_is_no_run(registry: Registry) -> None:
    for run in ("20260101T000000Z-a", "20260103T000000Z-a", "20260102T000000Z-a"):
        (registry.run_directory(run) / "report.json").touch()
    (registry.path / "runs" / "notes.txt").touch()
    registry.prune_runs(5)
    registry.prune_runs(2)
    left = sorted(path.name for path in (registry.path / "runs").iterdir())
    assert left == ["20260102T000000Z-a", "20260103T000000Z-a", "notes.txt"]


def test_runs_have_a_directory_each(registry: Registry) -> None:
    assert registry.run_directory("r1") == registry.path / "runs" / "r1"
    assert registry.run_directory("r1").is_dir()
