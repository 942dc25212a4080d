"""The API's description: valid, complete, and true under fuzzing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from recsvc.answer import encode
from recsvc.app import ROUTES, App
from recsvc.openapi import document, template
from recsvc.problems import KINDS
from recsvc.routes import Route

DESCRIPTION = json.loads(encode(document(ROUTES, "1")))
# Problems that answer no route of their own.
ANYWHERE = {"not-found", "method-not-allowed"}

# Parameters and fields whose grammar a schema cannot tell.
PLACEMENTS = '[placements.home]\nkind = "for_you"\n'
UNTOLD = ("filter", "locale", "token")


def test_it_is_valid_openapi_31() -> None:
    assert list(OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()) == []
    assert DESCRIPTION["openapi"].startswith("3.1")


def test_every_route_is_described(app: App) -> None:
    rules = {template(rule.rule) for rule in app.url_map.iter_rules()}
    assert set(DESCRIPTION["paths"]) == rules


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_operation_tells_keys_headers_and_problems(route: Route) -> None:
    operation = DESCRIPTION["paths"][template(route.path)][route.method.lower()]
    statuses = set(operation["responses"])
    assert bool(operation["security"]) == (route.access != "anyone")
    assert {str(route.status), "500"} <= statuses
    assert (route.access == "anyone") or {"401", "503"} <= statuses
    assert (route.body is None) or {"400", "413", "415"} <= statuses
    assert all("X-Request-ID" in response["headers"] for response in operation["responses"].values())


def test_every_problem_is_told_somewhere_and_in_the_docs(anyone: Any) -> None:
    told = {
        code
        for operations in DESCRIPTION["paths"].values()
        for operation in operations.values()
        for response in operation["responses"].values()
        for content in response.get("content", {}).values()
        for code in content.get("examples", {})
    }
    page = anyone.get("/docs").text
    assert told | ANYWHERE == set(KINDS)
    assert all(f'id="{code}"' in page for code in KINDS)


def test_the_docs_page_loads_nothing_from_elsewhere(anyone: Any) -> None:
    answer = anyone.get("/docs")
    assert re.findall(r'(?:src|href)="([^"#]+)"', answer.text) == ["/docs/style.css", "/openapi.json"]
    assert "<script" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    for path in ("/docs/style.css", "/openapi.json"):
        assert anyone.get(path).status_code == 200


def test_links_within_the_docs_lead_somewhere(anyone: Any) -> None:
    page = anyone.get("/docs").text
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


def test_the_examples_are_as_described() -> None:
    shown = [
        media
        for operations in DESCRIPTION["paths"].values()
        for operation in operations.values()
        for part in (*operation["responses"].values(), operation.get("requestBody"))
        if part
        for media in part.get("content", {}).values()
    ]
    examples = [(media["schema"], media["example"]) for media in shown if "example" in media]
    examples += [(media["schema"], one["value"]) for media in shown for one in media.get("examples", {}).values()]
    assert len(examples) > len(ROUTES)
    for schema, example in examples:
        Draft202012Validator({**schema, "components": DESCRIPTION["components"]}).validate(example)


@pytest.fixture(scope="session")
def narrowed(app: App) -> Any:
    """The same, of events told by what a schema cannot: somebody did them, a slate's name it, none is still to come."""
    loaded = described(app)
    event = loaded.raw_schema["components"]["schemas"]["Event"]
    for name in ("anonymous_id", "recommendation_id", "placement"):
        event["properties"][name] = event["properties"][name]["anyOf"][0]
        event["required"].append(name)
    del event["properties"]["occurred_at"]
    for name in ("Trial", "ItemQuestion"):
        loaded.raw_schema["components"]["schemas"][name]["properties"]["placements"] = {"enum": [PLACEMENTS]}
    return loaded


@pytest.fixture(scope="session")
def api(app: App) -> Any:
    return described(app)


def described(app: App) -> Any:
    """The description as served, less what it cannot tell: keys, the names of placements, and UNTOLD."""
    loaded = schemathesis.openapi.from_wsgi("/openapi.json", app)
    for operations in loaded.raw_schema["paths"].values():
        for operation in operations.values():
            operation["security"] = []
            operation["parameters"] = [one for one in operation["parameters"] if one["name"] not in UNTOLD]
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["schema"] = {"enum": ["home"]}
            contents = operation.get("requestBody", {}).get("content", {})
            contents.pop("text/plain", None)
            for content in contents.values():
                del content["example"]
    for schema in loaded.raw_schema["components"]["schemas"].values():
        for name in UNTOLD:
            schema["properties"].pop(name, None)
    return loaded


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_what_is_described_is_answered_as_described(narrowed: Any, server: Any, route: Route) -> None:
    fuzz(narrowed, server, route, schemathesis.GenerationMode.POSITIVE)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.query or route.body], ids=lambda route: route.name
)
def test_what_is_not_described_is_refused(api: Any, server: Any, route: Route) -> None:
    fuzz(api, server, route, schemathesis.GenerationMode.NEGATIVE)


def fuzz(api: Any, server: Any, route: Route, mode: schemathesis.GenerationMode) -> None:
    @settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(api[template(route.path)][route.method].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {server.key}"})

    check()
