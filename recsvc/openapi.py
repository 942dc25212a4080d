"""The API's description: OpenAPI 3.1 made from the routes and from the very types that validate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from recsvc import problems
from recsvc.events import Event
from recsvc.faults import COMPONENTS, components, without
from recsvc.problems import KINDS, ProblemDocument
from recsvc.routes import Route

# Types that msgspec does not find, since only a reference names them.
REFERRED_TO = (Event,)

TITLE = "Recommendations"
DESCRIPTION = (
    "What a customer should see next, learnt from the shop's purchase history. "
    "Unknown customers, unknown items and an empty history are answers, not errors."
)
HEADERS = {
    "X-Request-ID": "The id of the request in the log; send your own to find it again.",
    "WWW-Authenticate": "How to send a key.",
    "Retry-After": "Seconds after which to try again.",
    "Location": "Where to go.",
}
SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `recsvc keys create`; a public key reads only what is about nobody.",
    },
    "basic": {"type": "http", "scheme": "basic", "description": "The same key as user name or as password."},
    "key_in_query": {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "A public key, where a browser sends no header.",
    },
    "token": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "A customer token of scope `email`, since mail clients send no header.",
    },
}

UNCHANGED = {
    "description": "The slate is still the one of the tag in `If-None-Match`; only public keys get one.",
    "headers": {
        "X-Request-ID": {"description": HEADERS["X-Request-ID"], "schema": {"type": "string"}},
        "ETag": {"description": "The tag of the slate.", "schema": {"type": "string"}},
    },
}


def document(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """The whole description, ready to be encoded."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(template(route.path), {})[route.method.lower()] = _operation(route)
    licence = {"name": "MIT", "identifier": "MIT"}
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": version, "description": DESCRIPTION, "license": licence},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(routes), "securitySchemes": SCHEMES},
    }


def template(path: str) -> str:
    """A path as OpenAPI writes it."""
    return path.replace("<", "{").replace(">", "}")


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "security": _security(route),
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": _responses(route),
    }
    if route.body is not None:
        content = {"schema": _body_schema(route), "example": route.body_example}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(route.body_types, content)}
    return operation


def _body_schema(route: Route) -> dict[str, Any]:
    schema = {"$ref": COMPONENTS + route.body_name}
    return {"anyOf": [schema, *route.body_also]} if route.body_also else schema


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access == "anyone":
        return []
    unfit = {"key_in_query": not route.key_in_query, "token": route.access != "email"}
    return [{scheme: []} for scheme in SCHEMES if not unfit.get(scheme)]


def _path_parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name, description in route.in_path.items():
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _query_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if route.query is not None:
        schema = without(components([route.query])[route.query.__name__], tuple(route.in_path))
        for name, value in schema["properties"].items():
            parameter = {"name": name, "in": "query", "required": name in schema["required"]}
            shown = _query_value(value, optional=not parameter["required"])
            yield {**parameter, "description": value["description"], "schema": shown}


def _query_value(schema: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    """A query string cannot say null, and an empty text in one means that nothing is given."""
    value: dict[str, Any] = dict(schema["anyOf"][0] if "anyOf" in schema else schema)
    if "items" in value:
        value["items"] = _query_value(value["items"], optional=optional)
    left_out = {"description", "default", *(["minLength"] if optional else [])}
    shown = {key: part for key, part in value.items() if key not in left_out}
    empties = optional and ("format" in shown or "enum" in shown or shown.get("type") == "boolean")
    return {"anyOf": [shown, {"const": ""}]} if empties else shown


def _schemas(routes: Sequence[Route]) -> dict[str, Any]:
    types = {kind for route in routes for kind in (route.body, route.answers) if isinstance(kind, type)}
    schemas = components(sorted({*types, *REFERRED_TO, ProblemDocument}, key=lambda kind: kind.__name__))
    for route in routes:
        if route.body is not None and route.in_path:
            schema = without(schemas[route.body.__name__], tuple(route.in_path))
            schemas[route.body_name] = {**schema, "title": route.body_name}
    return schemas


def _responses(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in _problem_codes(route):
        by_status.setdefault(KINDS[code].status, []).append(code)
    unchanged = {"304": UNCHANGED} if route.kept else {}
    return (
        {str(route.status): _success(route)}
        | unchanged
        | {str(status): _refusal(by_status[status]) for status in sorted(by_status)}
    )


def _success(route: Route) -> dict[str, Any]:
    if isinstance(route.answers, str):
        content = {route.answers: {"schema": {"type": "object" if "json" in route.answers else "string"}}}
    else:
        schema = {"$ref": COMPONENTS + route.answers.__name__}
        content = {"application/json": {"schema": schema, "example": route.example}}
    headers = _headers("X-Request-ID", *(["Location"] if route.status == 302 else []))
    return {"description": route.summary, "headers": headers, "content": content}


def _problem_codes(route: Route) -> list[str]:
    """The route's own problems, and those that its access, its body and plain bad luck add."""
    codes = [*route.problems, "internal"]
    if route.access != "anyone":
        codes += ["missing-key", "invalid-key", "not-ready"]
    if route.access in ("server", "operator"):
        codes.append("server-key-needed")
    if route.body is not None:
        codes += ["body-too-large", "not-json"]
    return codes


def _refusal(codes: list[str]) -> dict[str, Any]:
    status = KINDS[codes[0]].status
    more = {401: ["WWW-Authenticate"], 503: ["Retry-After"]}.get(status, [])
    examples = {
        code: {"value": {"type": f"/docs#{code}", "title": KINDS[code].title, "status": status}} for code in codes
    }
    content = {"schema": {"$ref": COMPONENTS + ProblemDocument.__name__}, "examples": examples}
    return {
        "description": " ".join(f"{KINDS[code].title}: {KINDS[code].meaning}" for code in codes),
        "headers": _headers("X-Request-ID", *more),
        "content": {problems.CONTENT_TYPE: content},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in names}
