"""The served bundle: swapped when there is a new one, kept when the new one is bad."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from models.bundle import Registry
from models.filters.parse import grammar, parse
from recsvc import live as live_module
from recsvc.app import create_app
from recsvc.live import Live
from recsvc.metrics import Metrics
from recsvc.placements_file import PlacementsFile
from recsvc.problems import Problem
from recsvc.service import open_service
from recsvc.settings import Settings
from tests.recsvc.conftest import publish


class Outcomes(Metrics):
    """Remembers the reloads it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.reloads: list[str] = []
        self.placement_reloads: list[str] = []

    def reload(self, outcome: Any) -> None:
        super().reload(outcome)
        self.reloads.append(outcome)

    def placement_reload(self, outcome: Any) -> None:
        super().placement_reload(outcome)
        self.placement_reloads.append(outcome)


@pytest.fixture
def outcomes() -> Outcomes:
    return Outcomes()


@pytest.fixture
def live(registry: Path, tmp_path: Path, outcomes: Outcomes) -> Live:
    return Live(Registry(registry), PlacementsFile(None), outcomes, marks=tmp_path / "marks", warm_bytes=10**9)


GIFTS = '[placements.gifts]\nkind = "for_you"\nlimit = 4\nfallback = ["popular"]\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "placements.toml"
    path.write_text(GIFTS)
    return path


@pytest.fixture
def from_file(file: Path, registry: Path, tmp_path: Path, outcomes: Outcomes) -> Live:
    """Serves the placements of `file`."""
    live = Live(Registry(registry), PlacementsFile(file), outcomes, marks=tmp_path / "marks", warm_bytes=10**9)
    live.refresh()
    return live


def bundle_of(registry: Path, version: str) -> Path:
    return registry / "bundles" / version


def damage(registry: Path, version: str) -> None:
    """Changes one byte of the largest file."""
    largest = max(bundle_of(registry, version).rglob("*.npy"), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[-1] ^= 255
    largest.write_bytes(content)


def edit_manifest(registry: Path, version: str, **changes: Any) -> None:
    path = bundle_of(registry, version) / "manifest.json"
    path.write_bytes(msgspec.json.encode(msgspec.json.decode(path.read_bytes()) | changes))


def test_nothing_is_served_before_the_first_look(live: Live) -> None:
    with pytest.raises(Problem) as refused:
        _ = live.serving
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})
    assert live.created_at is None


def test_a_new_bundle_replaces_the_old_one_as_a_whole(
    live: Live, outcomes: Outcomes, publish_again: Callable[[], str]
) -> None:
    live.refresh()
    before = live.serving
    version = publish_again()
    live.refresh()
    assert live.serving.manifest.version == version != before.manifest.version
    assert live.serving.engine is not before.engine
    assert before.engine.model.manifest.version == before.manifest.version
    assert outcomes.reloads == ["swapped", "swapped"]


def test_the_same_bundle_is_not_opened_again(live: Live, outcomes: Outcomes) -> None:
    live.refresh()
    before = live.serving
    live.refresh()
    assert live.serving is before
    assert outcomes.reloads == ["swapped"]


def test_a_rollback_is_followed(live: Live, registry: Path, publish_again: Callable[[], str]) -> None:
    live.refresh()
    first = live.version
    publish_again()
    live.refresh()
    Registry(registry).rollback()
    live.refresh()
    assert live.version == first


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (damage, "checksum differs"),
        (lambda registry, version: edit_manifest(registry, version, format=99), "format 99"),
        (lambda registry, version: edit_manifest(registry, version, arrays={}), "lacks catalogue/"),
    ],
    ids=["damaged", "newer", "incomplete"],
)
def test_a_bad_bundle_is_refused_once_and_the_old_one_serves_on(
    live: Live,
    outcomes: Outcomes,
    registry: Path,
    publish_again: Callable[[], str],
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Path, str], None],
    reason: str,
) -> None:
    live.refresh()
    before = live.serving
    bad = publish_again()
    spoil(registry, bad)
    for _ in range(5):
        live.refresh()
    assert live.serving is before
    assert outcomes.reloads == ["swapped", "refused"]
    (told,) = [record for record in caplog.records if record.getMessage() == "bundle refused"]
    assert told.levelno == logging.ERROR
    fields = told.fields  # type: ignore[attr-defined]
    assert fields["refused_version"] == bad
    assert fields["serving"] == before.manifest.version
    assert reason in fields["reason"]


def test_after_a_bad_bundle_the_next_good_one_is_served_at_once(
    live: Live, registry: Path, publish_again: Callable[[], str]
) -> None:
    live.refresh()
    damage(registry, publish_again())
    live.refresh()
    good = publish_again()
    live.refresh()
    assert live.version == good


def test_a_refused_bundle_is_tried_again_after_ever_longer_pauses(
    live: Live, registry: Path, publish_again: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    tried: list[float] = []
    monkeypatch.setattr(live_module.time, "monotonic", lambda: now)
    live.refresh()
    bad = publish_again()
    damage(registry, bad)
    really = live._open

    def counted(version: str) -> Any:
        tried.append(now)
        return really(version)

    monkeypatch.setattr(live, "_open", counted)
    while now < 1_000:
        live.refresh()
        now += 1
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[0] == live_module.FIRST_RETRY_S
    assert max(pauses) == live_module.LAST_RETRY_S


def test_a_bundle_whose_disk_recovers_is_served_in_the_end(
    live: Live, registry: Path, publish_again: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = publish_again()
    manifest = bundle_of(registry, version) / "manifest.json"
    content = manifest.read_bytes()
    manifest.write_bytes(b"{")
    live.refresh()
    manifest.write_bytes(content)
    monkeypatch.setattr(live_module, "FIRST_RETRY_S", 0.0)
    monkeypatch.setattr(live_module.time, "monotonic", lambda: float("inf"))
    live.refresh()
    assert live.version == version


def test_a_registry_that_cannot_be_read_is_told_and_survived(live: Live, registry: Path, outcomes: Outcomes) -> None:
    live.refresh()
    (registry / "CURRENT").write_text("nonsense")
    live.refresh()
    assert live.version is not None
    assert outcomes.reloads == ["swapped", "refused"]


def test_without_any_bundle_the_service_starts_and_is_not_ready(settings: Settings, tmp_path: Path, call: Any) -> None:
    app = create_app(dataclasses.replace(settings, registry=tmp_path / "empty"))
    server = call(app)
    for url in ("/readyz", "/v1/recommendations/home", "/v1/model", "/v1/placements"):
        answer = server.get(url)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
    assert server.get("/healthz").status_code == 200
    assert b"\nrecsvc_bundle_age_seconds " not in server.get("/metrics").data


def test_a_changed_file_is_served_once_it_stands_still(from_file: Live, file: Path, outcomes: Outcomes) -> None:
    before = from_file.serving
    file.write_text(GIFTS + '[placements.sale]\nkind = "trending"\n')
    from_file.refresh()
    assert from_file.serving is before, "it may still be being written"
    from_file.refresh()
    assert list(from_file.serving.engine.placements) == ["gifts", "sale"]
    assert list(before.engine.placements) == ["gifts"], "a request that has begun ends as it began"
    assert from_file.serving.engine.model is before.engine.model
    from_file.refresh()
    assert outcomes.placement_reloads == ["swapped"]


def test_a_file_that_is_still_being_written_is_not_read(from_file: Live, file: Path, outcomes: Outcomes) -> None:
    for length in range(1, 9):
        file.write_text(GIFTS[:length])
        from_file.refresh()
    file.write_text(GIFTS.replace("4", "5"))
    from_file.refresh()
    from_file.refresh()
    assert from_file.serving.engine.placements["gifts"].limit == 5
    assert outcomes.placement_reloads == ["swapped"]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("[placements.gifts]\nkind = 1\nlimit = 0\n", [".kind: 1 is unknown", ".limit: Expected"]),
        (GIFTS + 'filter = "prize < 3 and"\n', [".filter: the filter ends too early"]),
        (GIFTS + 'filter = "prize < 3"\n', [".filter: the catalogue has no column called 'prize'"]),
        (None, ["No such file or directory"]),
    ],
)
def test_a_faulty_file_is_refused_once_with_every_fault_and_the_last_good_one_serves_on(
    from_file: Live,
    file: Path,
    outcomes: Outcomes,
    caplog: pytest.LogCaptureFixture,
    content: str | None,
    faults: list[str],
) -> None:
    before = from_file.serving
    file.write_text(content) if content else file.unlink()
    for _ in range(5):
        from_file.refresh()
    assert from_file.serving is before
    assert outcomes.placement_reloads == ["refused"]
    (told,) = [record for record in caplog.records if record.getMessage() == "placements refused"]
    assert told.levelno == logging.ERROR
    listed = told.fields["faults"]  # type: ignore[attr-defined]
    assert len(listed) == len(faults)
    assert all(words in fault for words, fault in zip(faults, listed, strict=True))
    file.write_text(GIFTS.replace("4", "6"))
    from_file.refresh()
    from_file.refresh()
    assert from_file.serving.engine.placements["gifts"].limit == 6


def test_a_new_bundle_is_served_with_the_file_that_waited_for_it_else_with_the_last_good_one(
    from_file: Live, file: Path, publish_again: Callable[[], str], outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(GIFTS + 'filter = "points_price < 3"\n')
    from_file.refresh()
    from_file.refresh()
    publish_again()
    from_file.refresh()
    assert outcomes.reloads == ["swapped", "swapped"]
    assert from_file.serving.engine.placements["gifts"].filter is None
    really = live_module.Model.open

    def with_the_column(bundle: Any) -> Any:
        model = really(bundle)
        model.shop.catalogue.columns["points_price"] = model.shop.catalogue.columns["price"]
        model.shop.catalogue.kinds["points_price"] = "number"
        return model

    monkeypatch.setattr(live_module.Model, "open", with_the_column)
    publish_again()
    from_file.refresh()
    assert from_file.serving.engine.placements["gifts"].filter == "points_price < 3"


def test_an_unforeseen_failure_of_placements_keeps_the_last_good_ones_for_the_next_bundle_too(
    from_file: Live, file: Path, publish_again: Callable[[], str], outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(GIFTS.replace("4", "7"))
    from_file.refresh()
    with monkeypatch.context() as patch:
        patch.setattr(live_module.Engine, "with_placements", lambda *_: 1 / 0)
        from_file.refresh()
    version = publish_again()
    from_file.refresh()
    assert outcomes.placement_reloads == ["refused"]
    assert from_file.version == version
    assert from_file.serving.engine.placements["gifts"].limit == 4


def test_before_the_first_bundle_a_changed_file_waits_for_it(file: Path, tmp_path: Path, shop: Any) -> None:
    registry = tmp_path / "later"
    live = Live(Registry(registry), PlacementsFile(file), Metrics(), marks=tmp_path / "marks", warm_bytes=0)
    file.write_text(GIFTS.replace("4", "8"))
    live.refresh()
    live.refresh()
    publish(registry, shop)
    live.refresh()
    assert live.serving.engine.placements["gifts"].limit == 8


def test_the_grammar_of_filters_is_built_before_the_first_request(settings: Settings) -> None:
    grammar.cache_clear()
    parse.cache_clear()
    open_service(settings)
    assert grammar.cache_info().currsize == 1
