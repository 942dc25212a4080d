"""What every command tells of itself, and how it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from recsvc.cli import main


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


ALL = list(commands(main))


def test_these_are_the_commands() -> None:
    assert sorted(" ".join(path) for path in ALL) == [
        "associations",
        "customers erase",
        "customers erased",
        "events delete",
        "events export",
        "export",
        "keys create",
        "keys list",
        "keys revoke",
        "placements check",
        "placements schema",
        "placements show",
        "recommend",
        "serve",
        "state backup",
        "state migrate",
        "tokens create",
        "tokens keys create",
        "tokens keys list",
        "tokens keys revoke",
        "tokens verify",
    ]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(recsvc: Callable[..., Result], path: tuple[str, ...]) -> None:
    told = recsvc(*path, "--help")
    assert told.exit_code == 0
    assert f"Example: recsvc {' '.join(path)}" in told.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("recommend", "--registry", "{empty}", "--placement", "home"),
        ("export", "--registry", "{empty}", "--placement", "home", "--output", "x.csv"),
        ("events", "export", "--output", "x.txt", "--registry", "{empty}"),
        ("keys", "revoke", "nothing", "--registry", "{empty}"),
        ("keys", "list", "--state", "mysql://host/name"),
        ("tokens", "keys", "revoke", "nothing", "--registry", "{empty}"),
        ("tokens", "verify", "nothing", "--registry", "{empty}"),
        ("state", "backup", "/", "--registry", "{empty}"),
        ("serve", "--registry", "{empty}", "--port", "0", "--workers", "0"),
        ("serve", "--registry", "{empty}", "--state", "mysql://host/name"),
    ],
    ids=" ".join,
)
def test_what_can_be_mended_is_told_in_a_line_without_traceback(
    recsvc: Callable[..., Result], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    before = dict(os.environ)
    refused = recsvc(*(argument.format(empty=tmp_path / "empty") for argument in arguments))
    assert dict(os.environ) == before
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert isinstance(refused.exception, SystemExit)


@pytest.mark.parametrize(
    "arguments",
    [
        ("recommend", "--placement", "home"),
        ("keys", "create", "--scope", "server"),
        ("keys", "create", "--scope", "root", "--state", "sqlite:///x"),
        ("keys", "create", "--scope", "server", "--replace", "--state", "sqlite:///x"),
        ("nothing",),
    ],
    ids=" ".join,
)
def test_wrong_usage_has_its_own_exit_code(recsvc: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    assert recsvc(*arguments).exit_code == 2


def test_every_fault_of_the_settings_is_told_at_once(recsvc: Callable[..., Result], tmp_path: Path) -> None:
    told = recsvc("serve", "--registry", tmp_path, "--port", 0, "--workers", 0).output
    assert "RECSVC_PORT must be" in told
    assert "RECSVC_WORKERS must be" in told


def test_help_loads_no_heavy_library() -> None:
    script = "import sys, recsvc.cli; print({'flask', 'numpy', 'pyarrow', 'sqlalchemy'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
