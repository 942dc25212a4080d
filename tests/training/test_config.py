"""The configuration: read, checked, merged with flags, and documented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training.config import NULL_VALUES, Config, TableInput
from training.errors import UsageError
from training.settings import Setting, published, read_config, settings, without_password

REFERENCE = Path(__file__).parents[2] / "docs" / "training-configuration.md"


def written(directory: Path, text: str) -> Path:
    path = directory / "training.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(directory: Path, text: str, **flags: Any) -> list[str]:
    with pytest.raises(UsageError) as caught:
        read_config(written(directory, text), flags)
    return caught.value.faults


def test_nothing_set_gives_the_defaults() -> None:
    assert read_config(None) == Config()


def test_a_file_sets_what_it_names_and_its_paths_count_from_it(tmp_path: Path) -> None:
    text = """
        registry = "bundles"
        placements = "/etc/placements.toml"
        [inputs.order_lines]
        path = "data/*.csv"
        columns = { customer_id = "Kunde" }
        decimal = ","
        null_values = ["-"]
        [training]
        seed = 7
        window_days = 365
    """
    config = read_config(written(tmp_path, text))
    assert config.registry == str(tmp_path / "bundles")
    assert config.placements == "/etc/placements.toml"
    assert config.inputs.order_lines == TableInput(
        path=str(tmp_path / "data/*.csv"), columns={"customer_id": "Kunde"}, decimal=",", null_values=("-",)
    )
    assert (config.training.seed, config.training.window_days) == (7, 365.0)


def test_a_table_may_be_one_text_that_is_a_path_or_a_query(tmp_path: Path) -> None:
    text = """
        [inputs]
        url = "sqlite:///shop.db"
        order_lines = "lines.csv"
        items = "SELECT * FROM items"
        customers = "with c as (select 1) select * from c"
    """
    inputs = read_config(written(tmp_path, text)).inputs
    assert inputs.url == f"sqlite:///{tmp_path / 'shop.db'}"
    assert inputs.order_lines == TableInput(path=str(tmp_path / "lines.csv"))
    assert inputs.items == TableInput(query="SELECT * FROM items")
    assert inputs.customers == TableInput(query="with c as (select 1) select * from c")
    assert list(inputs.given()) == ["order_lines", "items", "customers"]


@pytest.mark.parametrize("url", ["sqlite:////var/shop.db", "sqlite:///:memory:", "postgresql://h/d"])
def test_urls_that_are_not_relative_stay(url: str, tmp_path: Path) -> None:
    assert read_config(written(tmp_path, f'inputs.url = "{url}"')).inputs.url == url


def test_flags_win_and_their_paths_count_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
        inputs.order_lines = { query = "select 1", url = "sqlite:////x.db", columns = { item_id = "sku" } }
        training.seed = 1
        training.depth = 5
    """
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    flags = {"inputs.order_lines": "lines.csv", "training.seed": 2, "registry": None}
    config = read_config(written(tmp_path, text), flags)
    assert config.inputs.order_lines == TableInput(path=str(elsewhere / "lines.csv"), columns={"item_id": "sku"})
    assert (config.training.seed, config.training.depth, config.registry) == (2, 5, None)


def test_every_fault_is_listed_with_its_key(tmp_path: Path) -> None:
    text = """
        colour = "red"
        registry = 3
        gate = "closed"
        [inputs]
        events = 7
        [inputs.order_lines]
        delimiter = ";;"
        timezone = "Mars/Base"
        separator = ","
        [inputs.items]
        path = "a.csv"
        query = "select 1"
        [inputs.customers]
        query = "select 1"
        [data]
        max_rejected_share = 1.5
        timezone = "nowhere"
        [training]
        seed = -1
        window_days = inf
    """
    assert [fault.split(";")[0] for fault in faults_of(tmp_path, text)] == [
        "colour: no such setting",
        "registry: expected `str | null`, got `int`",
        "gate: expected a table of settings, got text",
        "inputs.events: expected a table of settings, got a number",
        "inputs.order_lines.separator: no such setting",
        "inputs.order_lines.delimiter: expected `str` of length <= 1",
        "data.max_rejected_share: expected `float` <= 1.0",
        "training.seed: expected `int` >= 0",
        "training.window_days: expected a finite number",
        "data.timezone: no time zone is called 'nowhere'",
        "inputs.order_lines.timezone: no time zone is called 'Mars/Base'",
        "inputs.order_lines: give either `path` or `query`",
        "inputs.items: give either `path` or `query`",
        "inputs.items: a query needs `inputs.url` or `inputs.items.url`",
        "inputs.customers: a query needs `inputs.url` or `inputs.customers.url`",
    ]


@pytest.mark.parametrize(
    ("text", "kind"), [("gate = [1]", "a list"), ("gate = true", "a boolean"), ("gate = 1.5", "a number")]
)
def test_a_section_is_a_table(text: str, kind: str, tmp_path: Path) -> None:
    assert faults_of(tmp_path, text) == [f"gate: expected a table of settings, got {kind}"]


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_one_clear_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "training.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"training\.toml: not a readable configuration: ") as caught:
        read_config(path)
    assert len(caught.value.faults) == 1


def test_a_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a readable configuration: No such file or directory"):
        read_config(tmp_path / "no.toml")


def test_what_is_published_holds_no_password(tmp_path: Path) -> None:
    text = """
        inputs.url = "postgresql://u:secret@h/d"
        inputs.order_lines = { query = "select 1", url = "mysql://u:secret@h/d" }
        inputs.items = { query = "select 1", url = "not a url with secret" }
    """
    shown = published(read_config(written(tmp_path, text)))
    assert "secret" not in json.dumps(shown)
    assert shown["inputs"]["url"] == "postgresql://u:***@h/d"
    assert shown["inputs"]["items"]["url"] == without_password("nonsense") == "***"
    assert shown["training"]["seed"] == 0


def test_every_setting_is_documented_with_its_default() -> None:
    lines = REFERENCE.read_text(encoding="utf-8").split("## Settings")[1].splitlines()
    rows = [row(setting) for setting in settings()]
    assert [line for line in rows if line not in lines] == []
    assert [line for line in lines if line.startswith("| `") and line not in rows] == []


def test_every_setting_says_what_it_is() -> None:
    found = list(settings())
    assert all(setting.description for setting in found)
    assert {"registry", "inputs.url", "inputs.TABLE.path", "gate.max_drift_share"} <= {setting.key for setting in found}


def row(setting: Setting) -> str:
    """How the reference shows a setting."""
    match setting.default:
        case None:
            default = ""
        case tuple():
            default = f"`{json.dumps(list(setting.default))}`"
        case bool() | str() | dict():
            default = f"`{json.dumps(setting.default)}`"
        case number:
            default = f"`{number}`"
    return f"| `{setting.key}` | {default} | {setting.description} |"


def test_the_example_of_the_reference_is_a_configuration(tmp_path: Path) -> None:
    example = REFERENCE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    config = read_config(written(tmp_path, example))
    assert config.inputs.order_lines is not None
    assert config.inputs.order_lines.null_values == NULL_VALUES
