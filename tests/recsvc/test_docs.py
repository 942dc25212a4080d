"""The documents say what the code does: every setting, metric, path, problem and command is told."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families

from recsvc.answer import encode
from recsvc.app import ROUTES
from recsvc.contract import MAX_BATCH, MAX_EVENTS
from recsvc.events import EVENT_NAMES
from recsvc.logs import RequestLine
from recsvc.metrics import Metrics
from recsvc.openapi import document, template
from recsvc.problems import KINDS
from recsvc.settings import Settings, described, variable

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text()
OPERATIONS = (DOCS / "operations.md").read_text()


def rows(text: str) -> dict[str, list[str]]:
    """The rows of every table by their first cell, backticks taken off."""
    cells = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in text.splitlines() if line.startswith("|")]
    return {first.strip("`"): rest for first, *rest in cells if rest}


def blocks(text: str) -> list[Any]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented_with_its_default(field: dataclasses.Field[Any]) -> None:
    default, documentation = rows(OPERATIONS)[variable(field.name)]
    assert documentation == described()[field.name].documentation
    if field.name == "runtime_dir":
        assert default == "a directory of the user in the system's temporary one"
    elif field.default is dataclasses.MISSING:
        assert default == "required"
    elif field.default is None:
        assert default == ""
    else:
        assert described()[field.name].parse(default.strip("`")) == field.default


def test_no_setting_is_documented_that_is_not_there() -> None:
    told = {name for name in rows(OPERATIONS) if name.startswith("RECSVC_")}
    assert told == {variable(name) for name in described()}


def test_every_metric_is_documented_with_its_labels() -> None:
    metrics = Metrics()
    metrics.request("/", 200, 0.1)
    metrics.slate("home", None)
    metrics.reload("swapped")
    metrics.placement_reload("swapped")
    metrics.event("product_viewed")
    metrics.state_error()
    families = text_string_to_metric_families(metrics.exposition(0.0).decode())
    labels = {
        (family.name + "_total" if family.type == "counter" else family.name): {
            label for sample in family.samples for label in sample.labels if label != "le"
        }
        for family in families
        if not family.name.endswith("_created")
    }
    told = {
        name: set(re.findall(r"`(\w+)`", cells[0]))
        for name, cells in rows(OPERATIONS).items()
        if name.startswith("recsvc_")
    }
    assert told == labels


def test_the_log_line_shown_is_one() -> None:
    (line,) = blocks(OPERATIONS)
    assert msgspec.json.decode(encode(msgspec.convert(line, RequestLine))) == line


def test_every_path_is_in_the_overview() -> None:
    told = set(
        re.findall(r"`(/[^` ]*)`", "\n".join(line for line in API.splitlines() if re.match(r"\| (GET|POST)", line)))
    )
    assert told == {template(route.path) for route in ROUTES}


def test_every_problem_is_documented_with_its_status() -> None:
    told = re.findall(r"^\| (\d{3}) \| `([a-z-]+)` \|", API, re.MULTILINE)
    assert {code: int(status) for status, code in told} == {code: kind.status for code, kind in KINDS.items()}


def test_every_parameter_is_documented() -> None:
    operation = document(ROUTES, "1")["paths"]["/v1/recommendations/{placement}"]["get"]
    names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    table = API[API.index("| parameter |") : API.index("By GET, lists repeat")]
    assert list(rows(table))[1:] == names


def test_the_answers_shown_are_as_described() -> None:
    schemas = document(ROUTES, "1")["components"]
    slate, page, event, problem = blocks(API)
    answers = ((slate, "Recommendations"), (page, "Batch"), (event, "Event"), (problem, "ProblemDocument"))
    for shown, name in answers:
        Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": schemas}).validate(shown)
    assert f"Up to {MAX_BATCH} requests" in API
    assert f"Up to {MAX_EVENTS} events" in API


def test_every_event_and_its_fields_are_documented() -> None:
    fields = document(ROUTES, "1")["components"]["schemas"]["Event"]["properties"]
    table = API[API.index("| field |") : API.index("What a page says")]
    assert list(rows(table)) == list(fields)
    assert all(f"`{name}`" in API for name in EVENT_NAMES)
