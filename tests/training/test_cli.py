"""The command `recsvc-train`: its exit codes, and what it prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models.bundle import Registry
from tests.shops import Plan, Shop, make_shop
from tests.training.shop_files import shop_options
from training.cli import SUMMARIES, main
from training.recipe import Recipe
from training.search import Choice

SHOP = make_shop(Plan(customers=60, types=8, orders=10, days=120))


def called(*arguments: object, registry: Path | None = None) -> Result:
    """`registry`: that of the environment."""
    environment = {"RECSVC_REGISTRY": str(registry) if registry else None}
    return CliRunner(env=environment).invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bundles, for tests that only look."""
    directory = tmp_path_factory.mktemp("shop")
    for _ in range(2):
        result = called("run", *shop_options(SHOP, directory), "--registry", directory / "registry")
        assert result.exit_code == 0, result.output
        assert "published 20" in result.output
    return directory / "registry"


def test_help_names_every_command_and_imports_none() -> None:
    asked = "from training.cli import main\ntry:\n    main(['--help'])\nfinally:\n    assert 'numpy' not in sys.modules"
    result = subprocess.run([sys.executable, "-c", f"import sys\n{asked}"], capture_output=True, text=True, check=True)
    assert all(f"\n  {name} " in result.stdout for name in SUMMARIES)


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = called(name, "--help")
    assert result.exit_code == 0
    assert f"recsvc-train {name}" in result.output.partition("Example")[2]


def test_blas_is_given_one_thread_before_numpy_is_imported() -> None:
    asked = "import training.cli, os; print([os.environ[k] for k in os.environ if k.endswith('_NUM_THREADS')])"
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    result = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=bare)
    assert result.stdout.strip() == "['1', '1', '1']"


def test_an_unknown_command_is_wrong_usage() -> None:
    assert called("publish").exit_code == 2


def test_a_run_prints_its_report_and_where_it_is(registry: Path, tmp_path: Path) -> None:
    result = called("evaluate", *shop_options(SHOP, tmp_path), "--registry", registry)
    assert result.exit_code == 0, result.output
    assert "Next order" in result.output
    assert "Own frequency" in result.output
    assert "report.html" in result.output
    assert "published nothing" in result.output


def test_list_shows_the_newest_first(registry: Path) -> None:
    result = called("list", "--registry", registry)
    header, newest, oldest = (line.split() for line in result.stdout.splitlines())
    assert header[:2] == ["version", "created"]
    assert [newest[1], oldest[0]] == list(reversed(Registry(registry).versions()))
    assert newest[0] == "current"


def test_list_of_an_empty_registry(tmp_path: Path) -> None:
    assert called("list", "--registry", tmp_path).stdout == "no bundles yet\n"


def test_the_registry_may_come_from_the_environment(registry: Path) -> None:
    assert called("list", registry=registry).stdout == called("list", "--registry", registry).stdout != ""


def test_inspect_shows_the_current_bundle_and_its_figures(registry: Path) -> None:
    result = called("inspect", "--registry", registry)
    assert f"{Registry(registry).current()} (current)" in result.stdout
    assert "Buy again" in result.stdout
    other = called("inspect", "--registry", registry, Registry(registry).versions()[0])
    assert "(current)" not in other.stdout


def test_rollback_and_back_again(registry: Path) -> None:
    older, newer = Registry(registry).versions()
    assert called("rollback", "--registry", registry).stdout == f"current: {older}\n"
    refused = called("rollback", "--registry", registry)
    assert (refused.exit_code, refused.stderr) == (2, f"error: {registry} has no bundle before the current one\n")
    assert called("rollback", "--registry", registry, newer).stdout == f"current: {newer}\n"


@pytest.mark.parametrize("name", ["inspect", "rollback"])
def test_a_version_that_is_not_there_is_wrong_usage(name: str, registry: Path) -> None:
    result = called(name, "--registry", registry, "v1")
    assert result.exit_code == 2
    assert "has no bundle 'v1'" in result.stderr


@pytest.mark.parametrize("name", ["list", "inspect", "rollback"])
def test_a_registry_that_is_not_there_is_wrong_usage(name: str, tmp_path: Path) -> None:
    assert called(name).stderr == "error: --registry: missing\n"
    result = called(name, "--registry", tmp_path / "none")
    assert result.exit_code == 2
    assert "is no registry" in result.stderr


@pytest.mark.parametrize("name", ["run", "evaluate"])
def test_a_registry_that_cannot_be_written_to_is_wrong_usage(name: str, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    registry.write_text("a file")
    result = called(name, *shop_options(SHOP, tmp_path), "--registry", registry)
    assert (result.exit_code, result.stderr) == (
        2,
        f"error: {registry} is no registry that can be written to: Not a directory\n",
    )


def test_inspect_before_the_first_publication(tmp_path: Path) -> None:
    assert "no current bundle" in called("inspect", "--registry", tmp_path).stderr


def test_inspect_of_a_damaged_bundle(tmp_path: Path) -> None:
    version = "20240101T000000Z-0"
    (tmp_path / "bundles" / version).mkdir(parents=True)
    result = called("inspect", "--registry", tmp_path, version)
    assert result.exit_code == 0
    assert "damaged: " in result.stdout
    assert "damaged" in called("list", "--registry", tmp_path).stdout


def test_inspect_of_a_bundle_with_figures_of_another_release(tmp_path: Path, registry: Path) -> None:
    version = Registry(registry).versions()[0]
    shutil.copytree(Registry(registry).path_of(version), tmp_path / "bundles" / version)
    manifest = tmp_path / "bundles" / version / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"tasks":', '"chores":'))
    result = called("inspect", "--registry", tmp_path, version)
    assert result.exit_code == 0
    assert "written by another release" in result.stdout


def test_missing_settings_are_wrong_usage(tmp_path: Path) -> None:
    result = called("run", "--registry", tmp_path)
    assert (result.exit_code, result.stderr) == (
        2,
        "error: inputs.order_lines: missing; give --order-lines, or set it in the configuration\n",
    )


def test_bad_data_are_refused(tmp_path: Path) -> None:
    shop = Shop(SHOP.order_lines.head(200).with_columns(unit_price=-1.0))
    result = called("run", *shop_options(shop, tmp_path), "--registry", tmp_path / "registry")
    assert result.exit_code == 3
    assert [line for line in result.stderr.splitlines() if line.startswith("error: ")]


def test_the_gate_refuses_with_its_own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert called("run", *shop_options(SHOP, tmp_path), "--registry", tmp_path / "registry").exit_code == 0
    served = Registry(tmp_path / "registry").current()
    poor = Recipe({"popularity": {}, "repurchase": {}}, ("popularity",))
    monkeypatch.setattr("training.candidate.search", lambda *_, **__: Choice(poor, {}))
    for command in ("run", "evaluate"):
        result = called(command, *shop_options(SHOP, tmp_path), "--registry", tmp_path / "registry")
        assert result.exit_code == 4
        assert "refused: next_order" in result.stdout
        assert "error: the gate" in result.stderr
    assert Registry(tmp_path / "registry").current() == served
    forced = called("run", *shop_options(SHOP, tmp_path), "--registry", tmp_path / "registry", "--force")
    assert forced.exit_code == 0
    assert "by force" in forced.stdout


def test_a_registry_in_use_has_its_own_code(tmp_path: Path) -> None:
    with Registry(tmp_path).lock():
        result = called("run", *shop_options(SHOP, tmp_path), "--registry", tmp_path)
    assert result.exit_code == 5
    assert "held by process" in result.stderr


def test_an_internal_error_is_one_line_that_names_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr("training.candidate.search", broken)
    result = called("run", *shop_options(SHOP, tmp_path), "--registry", tmp_path / "registry")
    assert result.exit_code == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("error: ZeroDivisionError: no such luck (see ")
    assert last.endswith("run.log)")
    assert "Traceback" not in result.stderr
