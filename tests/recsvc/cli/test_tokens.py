"""recsvc tokens."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recsvc.settings import Secret, beside
from recsvc.state.signing_keys import SigningKeys
from recsvc.state.store import open_state

Run = Callable[..., Result]
NEXT_MONTH = f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=30):%Y-%m-%d}"


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture
def mailing(tmp_path: Path) -> Path:
    path = tmp_path / "mailing.csv"
    path.write_text("customer_id,name\nC-1,Ann\nZoë/1,Zoë\nC-1,Ann\n", "utf-8")
    return path


def create(recsvc: Run, registry: Path, mailing: Path, output: Path, *more: object) -> Result:
    return recsvc(
        *("tokens", "create", "--customers", mailing, "--campaign", "spring", "--expires", NEXT_MONTH),
        *("--output", output, "--registry", registry, *more),
    )


def new_key(recsvc: Run, registry: Path) -> str:
    made = recsvc("tokens", "keys", "create", "--registry", registry)
    assert made.exit_code == 0
    return made.stdout.strip()


def test_a_signing_key_is_printed_once_and_nothing_else(recsvc: Run, registry: Path) -> None:
    text = new_key(recsvc, registry)
    (key,) = SigningKeys(open_state(Secret(beside(registry)))).all()
    assert key.secret
    assert text == f"rsign_{key.id}_{key.secret.reveal()}"
    assert key.secret.reveal() not in recsvc("tokens", "keys", "list", "--registry", registry).stdout


@pytest.mark.parametrize("in_full", [True, False])
def test_a_signing_key_is_revoked_by_its_id_or_in_full(recsvc: Run, registry: Path, in_full: bool) -> None:
    text = new_key(recsvc, registry)
    key_id = text.split("_")[1]
    told = recsvc("tokens", "keys", "revoke", text if in_full else key_id, "--registry", registry)
    assert told.stdout == f"revoked {key_id}\n"
    assert len(recsvc("tokens", "keys", "list", "--registry", registry).stdout.splitlines()[2].split()) == 5


def test_each_customer_of_a_mailing_gets_a_token_once(
    recsvc: Run, registry: Path, mailing: Path, tmp_path: Path
) -> None:
    key_id = new_key(recsvc, registry).split("_")[1]
    assert create(recsvc, registry, mailing, tmp_path / "tokens.csv").exit_code == 0
    with (tmp_path / "tokens.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["customer_id"] for row in rows] == ["C-1", "Zoë/1"]
    told = recsvc("tokens", "verify", rows[1]["token"], "--registry", registry).stdout
    assert [line.split(maxsplit=1) for line in told.splitlines()] == [
        ["customer", "Zoë/1"],
        ["scope", "email"],
        ["campaign", "spring"],
        ["expires", f"{NEXT_MONTH} 00:00"],
        ["key", key_id],
    ]


def test_another_key_than_the_youngest_may_sign(recsvc: Run, registry: Path, mailing: Path, tmp_path: Path) -> None:
    old, _ = new_key(recsvc, registry).split("_")[1], new_key(recsvc, registry)
    create(recsvc, registry, mailing, tmp_path / "tokens.csv", "--key", old)
    token = (tmp_path / "tokens.csv").read_text("utf-8").split('"')[-2]
    assert f"key       {old}" in recsvc("tokens", "verify", token, "--registry", registry).stdout


def test_tokens_of_a_revoked_key_are_told_to_be_so(recsvc: Run, registry: Path, mailing: Path, tmp_path: Path) -> None:
    key = new_key(recsvc, registry)
    create(recsvc, registry, mailing, tmp_path / "tokens.csv")
    recsvc("tokens", "keys", "revoke", key, "--registry", registry)
    token = (tmp_path / "tokens.csv").read_text("utf-8").split('"')[-2]
    told = recsvc("tokens", "verify", token, "--registry", registry)
    assert (told.exit_code, told.output) == (1, "Error: the key that signed it is unknown or revoked\n")


def test_without_a_signing_key_nothing_is_written(recsvc: Run, registry: Path, mailing: Path, tmp_path: Path) -> None:
    told = create(recsvc, registry, mailing, tmp_path / "tokens.csv")
    assert (told.exit_code, "recsvc tokens keys create" in told.output) == (1, True)
    assert not (tmp_path / "tokens.csv").exists()
