"""Who may import whom, and who may open files."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("models", "recsvc", "training")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


# Packages whose module has another name.
MODULES = {"pillow": "PIL", "pyjwt": "jwt"}


def modules_of(requirements: list[str]) -> set[str]:
    names = {re.split(r"[\[<>=~ ;]", requirement)[0] for requirement in requirements}
    return {MODULES.get(name, name.replace("-", "_")) for name in names}


PARTS_OF_FLASK = {"jinja2", "markupsafe", "werkzeug"}
SERVICE = modules_of(PROJECT["dependencies"]) | PARTS_OF_FLASK
TRAINER = modules_of(PROJECT["optional-dependencies"]["train"]) | {"markupsafe"}
TRAINER_ONLY = TRAINER - SERVICE
MAY_IMPORT = {
    "models": {"lark", "msgspec", "numpy", "pyarrow"},
    "recsvc": SERVICE,
    "training": SERVICE - PARTS_OF_FLASK - {"flask", "gunicorn", "prometheus_client"} | TRAINER,
}

OPENS_FILES = {"io", "mmap", "os", "pathlib", "shutil", "tempfile"}
NUMPY_FILES = {"fromfile", "genfromtxt", "load", "loadtxt", "memmap", "save", "savetxt", "savez"}
ANY_FILES = {"memory_map", "open_memmap", "read_bytes", "read_text", "tofile", "write_bytes", "write_text"}


def sources(folder: str) -> Iterator[Path]:
    return (ROOT / folder).rglob("*.py")


def imported(tree: ast.AST) -> set[str]:
    """The top-level names of every module that is imported anywhere in the file."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def file_access(tree: ast.AST) -> list[str]:
    """What in the file could open another one. The package's own resources, by importlib.resources, are code."""
    found = sorted(imported(tree) & OPENS_FILES)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        match call.func:
            case ast.Name(id="open" | "open_memmap" as name):
                found.append(name)
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in NUMPY_FILES:
                found.append(name)
            case ast.Attribute(value=receiver, attr=name) if name in ANY_FILES:
                if not ast.unparse(receiver).startswith("files("):
                    found.append(name)
    return found


def python(program: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, which knows no settings of the service but these."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RECSVC_")} | settings
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_recsvc_and_training_meet_only_in_models() -> None:
    run = python("import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_package_imports_only_libraries_that_its_install_brings(package: str) -> None:
    allowed = MAY_IMPORT[package] | set(PACKAGES) | set(sys.stdlib_module_names)
    strangers = {
        str(path.relative_to(ROOT)): imported(ast.parse(path.read_text())) - allowed for path in sources(package)
    }
    assert {path: names for path, names in strangers.items() if names} == {}


def test_in_models_only_the_bundle_opens_files() -> None:
    outside = (path for path in sources("models") if not path.is_relative_to(ROOT / "models/bundle"))
    found = {str(path.relative_to(ROOT)): file_access(ast.parse(path.read_text())) for path in outside}
    assert {path: calls for path, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open('x')", ["open"]),
        ("def f():\n    from pathlib import Path\n    return Path('x').read_text()", ["pathlib", "read_text"]),
        ("import numpy as np\nnp.load('x.npy')", ["load"]),
        ("from importlib.resources import files\nfiles('models').joinpath('x').read_text()", []),
        ("from numpy.lib.format import open_memmap\nopen_memmap('x')", ["open_memmap"]),
        ("model.open(bundle)\nmethod.load(arrays, shop)", []),
    ],
)
def test_file_access_is_seen_however_it_is_written(source: str, found: list[str]) -> None:
    assert file_access(ast.parse(source)) == found


@pytest.mark.parametrize("module", ["recsvc.wsgi", "recsvc.cli"])
def test_importing_the_service_loads_no_trainer_library(module: str, tmp_path: Path) -> None:
    run = python(
        f"import {module}, sys; print(*{{name.split('.')[0] for name in sys.modules}})",
        RECSVC_REGISTRY=str(tmp_path / "registry"),
        RECSVC_RUNTIME_DIR=str(tmp_path / "runtime"),
    )
    assert run.returncode == 0, run.stderr
    assert set(run.stdout.split()) & (TRAINER_ONLY | {"training"}) == set()


def test_code_lives_in_the_folders_of_the_design_alone() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")} - {"build"}
    assert folders == {"bench", "examples", "models", "recsvc", "tests", "training"}
