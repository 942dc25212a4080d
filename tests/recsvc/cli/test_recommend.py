"""recsvc recommend."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from recsvc.cli.table import table
from recsvc.settings import Settings
from tests.shops import item_id

Run = Callable[..., Result]


def test_the_table_has_a_row_with_a_reason_for_each_item(recsvc: Run, settings: Settings, server: Any) -> None:
    asked = ("--placement", "home", "--customer", "c0003", "--limit", 4)
    told = recsvc("recommend", "--registry", settings.registry, *asked)
    assert told.exit_code == 0, told.output
    head, _, header, _, *rows = told.stdout.splitlines()
    assert head.startswith("home from ")
    assert head.endswith(", known customer")
    assert header.split() == ["#", "item", "title", "price", "score", "method", "reason"]
    answer = server.get("/v1/recommendations/home?customer_id=c0003&limit=4").json
    for row, item in zip(rows, answer["items"], strict=True):
        for part in (item["item_id"], item["title"], f"{item['price']:.2f}", item["method"], item["reason"]["text"]):
            assert part in row


def test_json_is_what_the_service_answers(recsvc: Run, settings: Settings, server: Any) -> None:
    asked = {"item_id": [item_id(4), item_id(5)], "cart": [item_id(8)], "recent": [item_id(9)], "exclude": [item_id(1)]}
    flags = [flag for name, ids in asked.items() for id_ in ids for flag in (f"--{name.split('_')[0]}", id_)]
    more = ("--filter", "price < 12", "--as-of", "2024-07-01")
    told = recsvc("recommend", "--registry", settings.registry, "--placement", "cart", *flags, *more, "--json")
    answer = server.post(
        "/v1/recommendations/cart", json={**asked, "filter": "price < 12", "as_of": "2024-07-01T00:00:00Z"}
    )
    assert {**json.loads(told.stdout), "recommendation_id": ""} == {**answer.json, "recommendation_id": ""}


def test_a_filled_up_slate_says_so(recsvc: Run, settings: Settings) -> None:
    told = recsvc("recommend", "--registry", settings.registry, "--placement", "home", "--customer", "nobody")
    assert "unknown customer, filled up from popular" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (("--placement", "hom"), 2, "there is no placement 'hom'; did you mean 'home'?"),
        (("--placement", "home", "--filter", "prise < 1"), 1, "did you mean 'price'? (column 1)"),
        (("--placement", "home", "--as-of", "soon"), 2, "'soon' is no time such as 2026-01-31"),
        (("--placement", "home", "--limit", "0"), 2, "0 is not in the range"),
    ],
)
def test_a_wrong_question_is_refused(
    recsvc: Run, settings: Settings, arguments: tuple[str, ...], exit_code: int, message: str
) -> None:
    refused = recsvc("recommend", "--registry", settings.registry, *arguments)
    assert refused.exit_code == exit_code
    assert message in refused.output


def test_own_placements_are_used(recsvc: Run, settings: Settings, tmp_path: Any) -> None:
    own = tmp_path / "placements.toml"
    own.write_text('[placements.mine]\nkind = "trending"\nlimit = 2\n')
    told = recsvc("recommend", "--registry", settings.registry, "--placements", own, "--placement", "mine", "--json")
    assert len(json.loads(told.stdout)["items"]) == 2
    own.write_text('[placements.mine]\nkind = "trendy"\nlimit = 0\n')
    refused = recsvc("recommend", "--registry", settings.registry, "--placements", own, "--placement", "mine")
    assert refused.exit_code == 1
    assert refused.output.count(str(own)) == 2


def test_columns_are_aligned_and_the_last_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    rows = [("żółć", "1.5", "short"), ("日本", 12, "a sentence that is longer than what is left of the line")]
    assert table(("name", "n", "why"), rows).splitlines() == [
        "name    n  why",
        "────  ───  " + "─" * 29,
        "żółć  1.5  short",
        "日本   12  a sentence that is longer th…",
    ]


def test_an_empty_table_is_its_header() -> None:
    assert table(("a", "b"), []).splitlines()[0] == "a  b"
