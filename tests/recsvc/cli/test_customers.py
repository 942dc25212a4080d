"""recsvc customers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recsvc.settings import Secret
from recsvc.state.events import Events
from recsvc.state.migrations import require_current
from recsvc.state.sends import Send, Sends
from recsvc.state.store import open_state
from tests.recsvc.state.test_events import event

Run = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/state.sqlite"
    engine = open_state(Secret(url))
    require_current(engine)
    Events(engine).append([event(1, customer_id="C-1"), event(2, customer_id="C-2")], max_rows=10)
    Sends(engine).freeze(Send("home", "june", "C-1"), b"shown")
    return url


def test_customers_are_erased_and_erasing_again_does_no_harm(recsvc: Run, state: str, tmp_path: Path) -> None:
    file = tmp_path / "forget.csv"
    file.write_text("customer_id\nC-1\nC-9\n")
    done = recsvc("customers", "erase", "--customer", "C-1", "--customers", file, "--state", state)
    assert done.stdout == "2 customers erased, 0 were already\n1 sends and 1 events deleted\n"
    again = recsvc("customers", "erase", "--customer", "C-1", "--customer", "C-2", "--state", state)
    assert again.stdout == "1 customers erased, 1 were already\n0 sends and 1 events deleted\n"


def test_how_many_are_erased_is_told_and_who_only_if_asked(recsvc: Run, state: str) -> None:
    assert recsvc("customers", "erased", "--state", state).stdout == "0 customers erased\n"
    recsvc("customers", "erase", "--customer", "C-1", "--state", state)
    told = recsvc("customers", "erased", "--state", state).stdout
    assert told.startswith("1 customers erased, the last on 20")
    assert "C-1" not in told
    _, _, first, second = recsvc(
        "customers", "erased", "--customer", "C-1", "--customer", "C-2", "--state", state
    ).stdout.splitlines()
    assert first.startswith("C-1       20")
    assert second.split() == ["C-2", "no"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        ((), 2, "give --customer or --customers"),
        (("--customers", "{tmp}/empty.csv"), 2, "with somebody in it"),
        (("--customers", "{tmp}/wide.csv"), 1, "none of them called customer_id"),
        (("--customer", ""), 1, "'' is no customer's id"),
        (("--customer", "C-1", "--customer", "x" * 257), 1, "is no customer's id"),
    ],
)
def test_a_wrong_question_erases_nobody(
    recsvc: Run, state: str, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, message: str
) -> None:
    (tmp_path / "empty.csv").write_text("customer_id\n")
    (tmp_path / "wide.csv").write_text("name,mail\na,b\n")
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    refused = recsvc("customers", "erase", "--state", state, *given)
    assert refused.exit_code == exit_code
    assert message in refused.output
    assert recsvc("customers", "erased", "--state", state).stdout == "0 customers erased\n"
