"""The Flask application: routes, keys at the door, one problem shape, one log line a request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, Rule

from recsvc.answer import JSON_HEADERS, Answer, encode
from recsvc.call import Call
from recsvc.cors import Cors
from recsvc.endpoints import (
    batch,
    customers,
    email,
    email_slots,
    events,
    fragment,
    health,
    items,
    metrics,
    model,
    openapi,
    photos,
    placements,
    preview,
    recommendations,
    trials,
    widget,
)
from recsvc.problems import CONTENT_TYPE, Problem
from recsvc.routes import Route
from recsvc.service import Service, open_service
from recsvc.settings import Settings

log = logging.getLogger(__name__)

ENDPOINTS = (
    recommendations,
    fragment,
    batch,
    email,
    email_slots,
    events,
    placements,
    trials,
    items,
    photos,
    customers,
    model,
    preview,
    health,
    metrics,
    widget,
)
ROUTES = openapi.described([route for endpoint in ENDPOINTS for route in endpoint.ROUTES])
PROBLEM_HEADERS = (("Content-Type", CONTENT_TYPE), *JSON_HEADERS[1:])
UNMATCHED = "unmatched"


def create_app(settings: Settings) -> App:
    """The application of one shop. Raises StateError or PlacementError.

    The server calls `app.service.watchers()` in each worker, after the fork, and starts them.
    """
    return App(open_service(settings))


class App(Flask):
    """Flask less what an API without cookies, virtual hosts and hooks does not use: half of its time a request.

    What is left out and why is in docs/adr/flask-without-its-hooks.md.
    """

    def __init__(self, service: Service) -> None:
        super().__init__("recsvc", static_folder=None)
        self.service = service
        self._max_body_bytes = service.settings.max_body_bytes
        self.url_map.merge_slashes = False
        for_pages = frozenset(route.path for route in ROUTES if route.access == "public")
        self.cors = Cors(service.settings.cors_origins, for_pages) if service.settings.cors_origins else None
        for route in ROUTES:
            self.add_url_rule(route.path, route.name, guarded(service, route), methods=[route.method])
        # A shop asks for few paths again and again.
        self._matched = lru_cache(maxsize=1_024)(self._match)

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers, counts and logs one request, without the contexts and hooks of Flask's own."""
        began = time.perf_counter()
        call = Call(environ, self._max_body_bytes)
        try:
            answer = self._answer(call)
        except Exception as error:
            answer = _problem_answer(error, call.request_id)
        answer.headers.append(("X-Request-ID", call.request_id))
        if self.cors is not None:
            self.cors.complete(call, answer)
        self._observe(call, answer, time.perf_counter() - began)
        return answer(environ, start_response)

    def _answer(self, call: Call) -> Answer:
        call.url_rule, in_path = self._matched(call.path, call.method)
        if call.method == "OPTIONS":
            allowed = self._adapter(call.path, call.method).allowed_methods()
            return Answer(b"", 204, [("Allow", ", ".join(sorted(allowed)))])
        return cast(Answer, self.view_functions[call.url_rule.endpoint](call, **in_path))

    def _match(self, path: str, method: str) -> tuple[Rule, Mapping[str, Any]]:
        """The route, and what the path says of it. Raises NotFound or MethodNotAllowed."""
        return self._adapter(path, method).match(return_rule=True)

    def _adapter(self, path: str, method: str) -> MapAdapter:
        """Routes by path alone: the Host header is neither parsed nor trusted."""
        return MapAdapter(self.url_map, "", "", "", "http", path, method)

    def _observe(self, call: Call, answer: Answer, seconds: float) -> None:
        route = call.url_rule.rule if call.url_rule else UNMATCHED
        self.service.metrics.request(route, answer.status, seconds)
        self.service.request_log.write(call.request_id, call.method, route, answer.status, seconds, answer.note)


def guarded(service: Service, route: Route) -> Callable[..., Any]:
    """The route's view behind the key that it needs."""
    access = route.access
    if access == "operator":
        access = "anyone" if service.settings.metrics_open else "server"

    def view(call: Call, **in_path: str) -> Answer:
        if access not in ("anyone", "email"):
            authorization = call.environ.get("HTTP_AUTHORIZATION")
            if route.key_in_query and authorization is None and (key := call.key_in_query()) is not None:
                call.caller = service.keys.admit_by_query(key)
            else:
                call.caller = service.keys.admit(authorization)
            if access == "server":
                call.caller.require_server_key(route.path)
        return route.view(service, call, **in_path)

    return view


def _problem_answer(error: Exception, request_id: str) -> Answer:
    problem = _problem_of(error, request_id)
    body = encode(problem.document(request_id))
    return Answer(body, problem.status, (*PROBLEM_HEADERS, *problem.headers.items()))


def _problem_of(error: Exception, request_id: str) -> Problem:
    """What a caller is told; of an unforeseen error nothing, while the log has it all."""
    match error:
        case Problem():
            return error
        case MethodNotAllowed():
            return Problem("method-not-allowed", headers={"Allow": ", ".join(sorted(error.valid_methods or ()))})
        case NotFound():
            return Problem("not-found")
        case HTTPException(code=code) if code and 400 <= code < 500:
            return Problem("invalid-request", error.description)
    log.error("unforeseen error", exc_info=error, extra={"fields": {"request_id": request_id}})
    return Problem("internal")
