"""Runs from files to a published bundle, and the runs that end before."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from models.bundle import Manifest, Registry
from models.engine import Engine
from models.errors import RegistryLocked
from models.model import Model
from models.placements import default_placements
from models.query import Query
from tests.shops import PRESETS, Plan, customer_id, make_shop
from tests.training.shop_files import shop_config, shop_options
from training.config import Config
from training.errors import DataRefused, UsageError
from training.progress import Progress
from training.recipe import Recipe
from training.run import Finished, evaluate, train
from training.search import Choice

SMALL = Plan(customers=60, types=8, orders=10, days=120)
# What no customer of a shop with habits should be shown instead of what he buys.
POOR = Recipe({"popularity": {}, "repurchase": {}}, cascade=("popularity",))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return shop_config(make_shop(SMALL), tmp_path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Finished]:
    """One run that several tests look at, and none changes."""
    config = shop_config(make_shop(SMALL), tmp_path_factory.mktemp("shop"))
    return config, train(config, Progress())


def registry_of(config: Config) -> Registry:
    assert config.registry is not None
    return Registry(config.registry)


def current(config: Config) -> Manifest:
    return registry_of(config).open_current(verify=True).manifest


def recipe_chosen(monkeypatch: pytest.MonkeyPatch, recipe: Recipe) -> None:
    """Whatever the search would choose."""
    monkeypatch.setattr("training.candidate.search", lambda *_, **__: Choice(recipe, {}))


def report_of(finished: Finished) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((finished.directory / "report.json").read_bytes())
    return found


def checksums(manifest: Manifest) -> Mapping[str, str]:
    return {path: file.sha256 for path, file in manifest.files.items() if path.endswith(".npy")}


def test_a_run_publishes_a_bundle_that_says_how_it_was_made(published: tuple[Config, Finished]) -> None:
    config, finished = published
    manifest = current(config)
    assert finished.report.outcome == "published"
    assert manifest.version == finished.report.run == finished.directory.name
    assert manifest.config["recipe"]["methods"].keys() == set(manifest.methods)
    assert manifest.config["settings"]["training"]["seed"] == 0
    assert manifest.forced is None
    assert finished.report.evaluation is not None
    assert manifest.evaluation["headline"] == finished.report.evaluation.headline
    assert manifest.evaluation["verdict"]["refusals"] == []
    assert str(manifest.training_window.first) < str(manifest.training_window.last)
    assert dt.datetime.fromisoformat(finished.report.created_at) == manifest.created_at


def test_a_bundle_answers_as_soon_as_it_is_published(published: tuple[Config, Finished]) -> None:
    engine = Engine(Model.open(registry_of(published[0]).open_current()), default_placements())
    slate = engine.recommend(Query(placement="home", customer_id=customer_id(0), limit=5))
    assert len(slate.items) == 5
    assert slate.customer_known


def test_a_run_leaves_report_quarantine_and_log(published: tuple[Config, Finished]) -> None:
    config, finished = published
    left = {path.name: path.read_bytes() for path in finished.directory.iterdir()}
    assert left.keys() == {"report.html", "report.json", "quarantine.csv", "run.log"}
    assert report_of(finished)["outcome"] == "published"
    assert b"publish: " in left["run.log"]
    bundle = registry_of(config).path_of(finished.report.run)
    assert all((bundle / name).read_bytes() == left[name] for name in ("report.html", "report.json"))


def test_where_the_data_came_from_is_not_published(published: tuple[Config, Finished]) -> None:
    config, _ = published
    assert config.inputs.order_lines is not None
    assert str(config.inputs.order_lines.path) not in json.dumps(current(config).config)
    assert "inputs" not in current(config).config["settings"]


def test_the_same_data_and_seed_give_the_same_bytes(config: Config) -> None:
    train(config, Progress())
    first = current(config)
    second = train(config, Progress())
    assert checksums(current(config)) == checksums(first)
    assert current(config).version != first.version
    assert current(config).data_fingerprint == first.data_fingerprint
    assert second.report.verdict is not None
    assert "the same recipe" in second.report.verdict.notes[0]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_kind_of_shop_can_be_trained_on(preset: str, tmp_path: Path) -> None:
    config = shop_config(PRESETS[preset](), tmp_path)
    finished = train(config, Progress(), force=True)
    assert current(config).version == finished.report.run


def test_a_worse_recipe_is_refused_and_changes_nothing(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    train(config, Progress())
    before = current(config)
    recipe_chosen(monkeypatch, POOR)
    finished = train(config, Progress())
    verdict = finished.report.verdict
    assert verdict is not None
    assert finished.report.outcome == "refused"
    assert verdict.compared_with == before.version
    assert any("below that of current" in line for line in verdict.refusals)
    assert any("below that of own_frequency" in line for line in verdict.refusals)
    assert current(config) == before
    assert report_of(finished)["verdict"]["refusals"] == list(verdict.refusals)


def test_a_new_shop_gets_lists_made_by_hand_where_those_surely_foretell_more(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe_chosen(monkeypatch, POOR)
    finished = train(config, Progress())
    assert finished.report.outcome == "published"
    assert finished.report.recipe is not None
    assert finished.report.recipe.cascade == ("own_frequency", "popularity")
    assert "own_frequency, which surely foretold more" in finished.report.why["instead"]
    assert finished.report.evaluation is not None
    task = next(task for task in finished.report.evaluation.tasks if task.name == "next_order")
    floor = next(each for each in task.differences if each.against == "own_frequency")
    assert floor.value == 0.0


def test_force_publishes_what_the_gate_refuses_and_says_so(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    train(config, Progress())
    recipe_chosen(monkeypatch, POOR)
    finished = train(config, Progress(), force=True)
    assert finished.report.outcome == "forced"
    assert current(config).version == finished.report.run
    assert "below that of own_frequency" in str(current(config).forced)


def test_force_is_recorded_where_nothing_was_refused(config: Config) -> None:
    assert train(config, Progress(), force=True).report.outcome == "published"
    assert "--force was given" in str(current(config).forced)


def test_evaluate_publishes_nothing_and_needs_no_lock(config: Config) -> None:
    with registry_of(config).lock():
        finished = evaluate(config, Progress())
    assert finished.report.outcome == "evaluated"
    assert (finished.directory / "report.html").is_file()
    assert registry_of(config).current() is None


def test_a_second_run_at_the_same_time_is_told_so(config: Config) -> None:
    with registry_of(config).lock(), pytest.raises(RegistryLocked, match="held by process"):
        train(config, Progress())
    assert registry_of(config).current() is None


def test_no_more_bundles_stay_than_the_setting_says(tmp_path: Path) -> None:
    config = shop_config(make_shop(SMALL), tmp_path, training__keep_bundles=2)
    runs = [train(config, Progress()).report.run for _ in range(3)]
    assert registry_of(config).versions() == runs[1:]


def test_a_damaged_current_bundle_does_not_stop_the_next(config: Config) -> None:
    run = train(config, Progress()).report.run
    (registry_of(config).path_of(run) / "manifest.json").write_text("{")
    finished = train(config, Progress())
    assert finished.report.outcome == "published"
    assert "cannot be compared with" in (finished.directory / "run.log").read_text()


@pytest.mark.parametrize(
    ("another", "said"),
    [
        ({"waterfall": []}, "waterfall"),
        ({"methods": {"repurchase": {"timing": False}}}, "it names repurchase.timing"),
        ({"methods": {"oracle": {}}}, "it names oracle"),
    ],
)
def test_a_recipe_of_another_release_is_not_compared_with(config: Config, another: dict[str, Any], said: str) -> None:
    run = train(config, Progress()).report.run
    manifest = registry_of(config).path_of(run) / "manifest.json"
    written = json.loads(manifest.read_text())
    written["config"]["recipe"] |= another
    manifest.write_text(json.dumps(written))
    verdict = train(config, Progress()).report.verdict
    assert verdict is not None
    assert f"the recipe of {run} is of another release" in verdict.notes[0]
    assert said in verdict.notes[0]


def test_refused_data_leave_a_report_and_the_rows(tmp_path: Path) -> None:
    shop = make_shop(SMALL)
    lines = shop.order_lines.head(200).with_columns(unit_price=-1.0)
    config = shop_config(type(shop)(lines), tmp_path)
    with pytest.raises(DataRefused, match="rows"):
        train(config, Progress())
    (directory,) = (registry_of(config).path / "runs").iterdir()
    report = json.loads((directory / "report.json").read_bytes())
    assert report["outcome"] == "data_refused"
    assert report["faults"]
    with (directory / "quarantine.csv").open() as handle:
        assert len(list(csv.DictReader(handle))) == 200
    assert "ERROR" in (directory / "run.log").read_text()
    assert "Traceback" not in (directory / "run.log").read_text()
    assert registry_of(config).current() is None


def test_an_internal_error_is_logged_in_full_and_names_the_log(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr("training.publication.learn", broken)
    with pytest.raises(ZeroDivisionError) as caught:
        train(config, Progress())
    (directory,) = (registry_of(config).path / "runs").iterdir()
    assert caught.value.__notes__ == [f"see {directory / 'run.log'}"]
    assert "Traceback" in (directory / "run.log").read_text()
    assert registry_of(config).current() is None


def test_a_run_needs_a_registry() -> None:
    with pytest.raises(UsageError, match="--registry"):
        train(Config(), Progress())


def killed_at(step: str, registry: Registry, options: list[str]) -> None:
    """Starts the command and kills it as soon as it logs the step."""
    command = [sys.executable, "-c", "from training.cli import main; main()", "run", "--force", *options]
    with subprocess.Popen([*command, "--registry", str(registry.path)], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any(step in line for line in process.stderr)
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_a_killed_run_leaves_the_registry_as_it_was(tmp_path: Path) -> None:
    shop = make_shop(SMALL)
    config = shop_config(shop, tmp_path)
    before = train(config, Progress()).report.run
    for step in ("candidate: learn", "evaluate", "bundle: learn", "write bundle"):
        killed_at(step, registry_of(config), shop_options(shop, tmp_path))
        assert registry_of(config).versions() == [before]
        assert current(config).version == before
    after = train(config, Progress()).report.run
    assert registry_of(config).versions() == [before, after]
    assert sorted(path.name for path in (registry_of(config).path / "bundles").iterdir()) == [before, after]
